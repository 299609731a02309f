#!/bin/sh
# Holds the mount and pid namespaces that every engine of a test run lives in: namespace.sh STATE CACHE
#
# Prints "pid N", the process whose /proc/N/ns and /proc/N/root lead inside, then "ready" once the engine roots stand in
# STATE/engines/root. Ends when its standard input does, so also when the test runner is killed: the kernel then kills every process
# of the pid namespace (daemons, shims, containers) and drops every mount, and the state folder is removed.
set -eu

state=$1
cache=$2

if [ "${3:-}" = inside ]; then
  # In memory: some filesystems need half a millisecond to make a file, and the matrix makes millions.
  fast=$state/engines
  mkdir "$fast"
  mount -t tmpfs -o size=8g,mode=755 tmpfs "$fast"
  for name in bookworm trixie; do
    root=$fast/root/$name
    mkdir -p "$root" "$fast/upper/$name" "$fast/work/$name"
    mount -t overlay overlay "$root" \
      -o "lowerdir=$(readlink -f "$cache/$name"),upperdir=$fast/upper/$name,workdir=$fast/work/$name"
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

exec 3<&0
unshare --mount --pid --fork --kill-child --mount-proc -- "$0" "$state" "$cache" inside <&3 &
echo "pid $!"
wait $! || true
rm -rf --one-file-system "$state"
find /sys/fs/cgroup/ -depth -type d -path "*/$(basename "$state")*" -exec rmdir {} \; 2>/dev/null || true
