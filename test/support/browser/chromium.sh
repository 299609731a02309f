#!/bin/sh
# Runs the Chromium that scripts/setup-tests.sh made, in its root filesystem CHROMIUM_ROOT: chromium.sh [ARGUMENT…]
#
# It runs in its own mount and pid namespace: when this process ends, its mounts and all its processes end with it. It
# shares the machine's /tmp, which has the profiles and pages. The root stays locked meanwhile, so that
# scripts/setup-tests.sh does not remove it.
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
