#!/bin/sh
# Holds the mount and pid namespaces that every engine of a test run lives in: namespace.sh STATE CACHE
#
# The engine roots in CACHE stay locked meanwhile: scripts/setup-tests.sh prunes none that is in use.
#
# Prints "pid N", the process whose /proc/N/ns and /proc/N/root lead inside, then "ready" once the engine roots stand in
# STATE/engines/root. Ends when its standard input does, so also when the test runner is killed: the kernel then kills
# every process of the pid namespace (daemons, shims, containers) and drops every mount, and the state folder is
# removed.
set -eu

state=$1
cache=$2

if [ "${3:-}" = inside ]; then
  bookworm=$4
  trixie=$5
  # In memory: some filesystems need half a millisecond to make a file, and the matrix makes millions.
  fast=$state/engines
  mkdir "$fast"
  mount -t tmpfs -o size=8g,mode=755 tmpfs "$fast"
  for lower in "$bookworm" "$trixie"; do
    name=$([ "$lower" = "$bookworm" ] && echo bookworm || echo trixie)
    root=$fast/root/$name
    mkdir -p "$root" "$fast/upper/$name" "$fast/work/$name"
    mount -t overlay overlay "$root" \
      -o "lowerdir=$lower,upperdir=$fast/upper/$name,workdir=$fast/work/$name"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    # Else podman's locks would be those of the machine's own podman.
    mount -t tmpfs tmpfs "$root/dev/shm"
    mkdir -p "$root$state"
    mount --bind "$state" "$root$state"
    mount --bind "$fast" "$root$fast"
    cat /etc/resolv.conf >"$root/etc/resolv.conf"
  done
  echo ready
  # tini reaps what shims and conmon leave behind; closing its child's input ends the namespace.
  exec chroot "$fast/root/bookworm" tini -s -- sh -c 'cat >/dev/null'
fi

exec 7>>"$cache/lock"
flock --shared 7
bookworm=$(readlink -f "$cache/bookworm")
trixie=$(readlink -f "$cache/trixie")
exec 8<"$bookworm" 9<"$trixie"
flock --shared 8
flock --shared 9
exec 7>&-

exec 3<&0
unshare --mount --pid --fork --kill-child --mount-proc -- "$0" "$state" "$cache" inside "$bookworm" "$trixie" <&3 &
echo "pid $!"
wait $! || true
rm -rf --one-file-system "$state"
find /sys/fs/cgroup/ -depth -type d -path "*/$(basename "$state")*" -exec rmdir {} \; 2>/dev/null || true
