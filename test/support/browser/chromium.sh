#!/bin/sh
# Runs the Chromium that scripts/setup-tests.sh made, in its root, which CHROMIUM_ROOT names: chromium.sh [ARGUMENT…]
#
# In a mount and a pid namespace of its own: what is mounted goes with it, and so does every process when this one ends. The machine's /tmp is its /tmp, where profiles and pages lie.
# The root stays locked meanwhile: scripts/setup-tests.sh prunes none that is in use.
set -eu
if [ "${1:-}" = inside ]; then
  shift
  mount -t proc proc "$CHROMIUM_ROOT/proc"
  mount --rbind /dev "$CHROMIUM_ROOT/dev"
  mount --rbind /tmp "$CHROMIUM_ROOT/tmp"
  mount -t tmpfs tmpfs "$CHROMIUM_ROOT/root"
  exec chroot "$CHROMIUM_ROOT" env HOME=/root /usr/lib/chromium/chromium "$@"
fi
CHROMIUM_ROOT=$(readlink -f "$CHROMIUM_ROOT")
export CHROMIUM_ROOT
exec 8<"$CHROMIUM_ROOT"
flock --shared 8
exec unshare --mount --pid --fork --kill-child -- "$0" inside "$@"
