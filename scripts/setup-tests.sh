#!/bin/sh
# Prepares the machine for the end-to-end suites: idempotent, and quick if everything is there.
#
# The engines (dockerd, podman, containerd, skopeo, umoci) are not installed on the machine itself. They are in root
# filesystems made from Debian's signed packages, kept in $PLANISH_TEST_CACHE, which the suites enter in separate
# namespaces: no service of the machine is started, stopped or reconfigured, and every machine tests the same versions.
#
#   bookworm-<recipe>/        Docker 20.10, containerd 1.6, podman 4, skopeo, umoci, a static busybox, docker-registry,
#                             sshd
#   trixie-<recipe>/          Docker 26, containerd 1.7, podman 5 and newuidmap for rootless podman, skopeo
#   compressors-<recipe>/     pigz, igzip and libdeflate-gzip, to read what they write
#   shells-<recipe>/          zsh and fish, to test completion
#   nodes-<recipe>/           the oldest and the newest Node that planish runs on, from npm
#   chromium-<recipe>/        Chromium, to open reports
#   debian-base-<recipe>.tar  the Debian root that corpus images are built from
#   crane-<recipe>            crane, compiled from the Go module proxy (GOPROXY) with the Go of trixie, since Debian has
#                             no package of it
#
# PLANISH_TEST_NEWER names another suite of Debian for the newer engines, to test future versions: with `forky` they
# are, in November 2026, Docker 28, containerd 2.1 and podman 5.8.
#
# PLANISH_TEST_MACHINES names other architectures of Debian, such as `arm64 s390x`. Node for them, from Debian sid, then
# runs in qemu, to compare what planish writes there; s390x is big-endian.
#
#   machine-<architecture>-<recipe>/   Node
#   qemu-<recipe>/                     qemu
#
# Files of other recipes are removed when no test run uses them and no set-up has needed them for a day.
#
# If the machine cannot run the suites, it exits 0 with a list of what is missing (the suites are then skipped), or 1
# under CI=true.
set -eu

cache=${PLANISH_TEST_CACHE:-/var/cache/planish-test}
tools="getfattr mmdebstrap setpriv unshare nsenter mount flock sha256sum tar zstd mksquashfs mkfs.erofs mke2fs"
newer=${PLANISH_TEST_NEWER:-trixie}
machines=${PLANISH_TEST_MACHINES:-}
packages="attr mmdebstrap util-linux mount coreutils tar zstd squashfs-tools erofs-utils e2fsprogs libatomic1"
crane_version=v0.20.7
node_versions="22.23.3 26.10.0"
trixie_key=/usr/share/keyrings/debian-archive-trixie-stable.gpg

main() {
  if [ "$(id -u)" -ne 0 ]; then
    incomplete "not root: mounting images and running engines needs it"
  fi
  install_packages
  missing=$(missing_tools)
  if [ -n "$missing" ]; then
    incomplete "these are missing: $missing"
  fi
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock --nonblock 9 || wait_for_lock
  apt_options >"$cache/apt.conf"
  build bookworm bookworm docker.io,containerd,podman,skopeo,umoci,busybox-static,docker-registry,openssl,openssh-server,openssh-client,ca-certificates
  build trixie "$newer" docker.io,docker-cli,docker-buildx,containerd,podman,uidmap,skopeo,ca-certificates
  build compressors bookworm pigz,isal,libdeflate-tools extract
  build shells bookworm zsh,fish extract
  build chromium bookworm chromium,fonts-dejavu-core,fonts-liberation
  build debian-base.tar bookworm libcap2-bin
  build_crane || without_crane
  build_nodes || without_nodes
  for machine in $machines; do
    build qemu bookworm qemu-user-static extract
    build "machine-$machine" sid nodejs,base-files extract "$machine"
  done
  prune
  echo "setup-tests: ready, engines in $cache"
}

# Waits for another set-up, which may take minutes; test runs hold the lock only briefly.
wait_for_lock() {
  echo "setup-tests: waiting for another set-up that is at work in $cache"
  flock 9
}

# Prints why the end-to-end suites cannot run here, and exits.
incomplete() {
  echo "setup-tests: the end-to-end suites cannot run here; $1." >&2
  echo "setup-tests: they need root on Linux, and on Debian the packages: $packages debian-archive-keyring." >&2
  [ "${CI:-}" = true ] && exit 1
  exit 0
}

missing_tools() {
  for tool in $tools; do
    command -v "$tool" >/dev/null 2>&1 || printf '%s ' "$tool"
  done
  [ -e "$trixie_key" ] || printf 'trixie-archive-key '
  # Newer versions of Node need it.
  ldconfig -p | grep -q 'libatomic\.so\.1 ' || printf 'libatomic '
}

# Installs with the machine's own apt and keys; point releases of debian-archive-keyring have the key of trixie.
install_packages() {
  [ -n "$(missing_tools)" ] || return 0
  command -v apt-get >/dev/null 2>&1 || return 0
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q || echo "setup-tests: apt-get update failed, trying with the lists at hand" >&2
  # shellcheck disable=SC2086
  apt-get install -q -y --no-install-recommends $packages debian-archive-keyring || true
}

# The machine's apt settings for proxies and clocks, needed by apt in the roots and in the images built on them.
apt_options() {
  apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-Valid-Until|Check-Date)[: ]' || true
  echo 'Acquire::Languages "none";'
  echo 'APT::Install-Recommends "false";'
}

# The mirror in the machine's apt configuration, unless PLANISH_TEST_MIRROR is set.
mirror() {
  found=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/^Debian //p' | head -n 1)
  found=${PLANISH_TEST_MIRROR:-$found}
  if [ -z "$found" ]; then
    echo "setup-tests: apt knows no mirror of Debian; name one in PLANISH_TEST_MIRROR" >&2
    return 1
  fi
  echo "$found"
}

# build NAME SUITE PACKAGES [VARIANT [ARCHITECTURE]]: makes $cache/NAME-<hash of the recipe>, a folder, or a tar if NAME
# ends in .tar.
build() {
  recipe=$(echo "$1 $2 $3 v1" | sha256sum | cut -c 1-12)
  case $1 in
    *.tar) target="$cache/${1%.tar}-$recipe.tar" ;;
    *) target="$cache/$1-$recipe" ;;
  esac
  if [ ! -e "$target" ]; then
    begin "$1"
    debian --variant="${4:-minbase}" --architectures="${5:-$(dpkg --print-architecture)}" --include="$3" \
      "$2" "$partial" "$from" || not_made "$1"
    mv "$partial" "$target"
  fi
  current "$1"
}

# not_made NAME: exits after mmdebstrap has failed.
not_made() {
  echo "setup-tests: $1 could not be made from $from; PLANISH_TEST_MIRROR names another mirror." >&2
  echo "setup-tests: run it again and it goes on here; \`npm test -- --project unit\` needs none of it." >&2
  exit 1
}

# Compiles crane in a temporary root, with the certificate authorities and the proxies of this machine.
build_crane() {
  target="$cache/crane-$(echo "$crane_version trixie v1" | sha256sum | cut -c 1-12)"
  if [ ! -e "$target" ]; then
    begin crane
    trusted=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
    set -- --customize-hook="upload '$trusted' /etc/ssl/certs/ca-certificates.crt"
    [ -e "$trusted" ] || set --
    # shellcheck disable=SC2016
    compile='env --chdir=/ -u GOFLAGS -u SSL_CERT_FILE -u SSL_CERT_DIR HOME=/root GOPATH=/go CGO_ENABLED=0 GOTOOLCHAIN=local chroot "$1" \
      go install -trimpath "-ldflags=-s -w" github.com/google/go-containerregistry/cmd/crane@'"$crane_version"
    debian --variant=apt --include=golang-go,ca-certificates --format=null "$@" --customize-hook="$compile" \
      --customize-hook="download /go/bin/crane '$partial'" trixie - "$from" || return 1
    chmod 755 "$partial"
    mv "$partial" "$target"
  fi
  current crane
}

# Only one suite needs crane, and only a machine that reaches a Go module proxy can compile it.
without_crane() {
  echo "setup-tests: crane could not be compiled; what it reads and writes is not tested." >&2
  [ "${CI:-}" != true ] || exit 1
}

build_nodes() {
  target="$cache/nodes-$(echo "$node_versions v1" | sha256sum | cut -c 1-12)"
  if [ ! -e "$target" ]; then
    begin nodes
    mkdir "$partial"
    for version in $node_versions; do
      # An npm older than the Node that it runs on calls what is deprecated.
      with_us env NODE_OPTIONS=--no-deprecation npm install --prefix "$partial" --no-audit --no-fund --loglevel=error \
        "node${version%%.*}@npm:node-linux-$(node -p process.arch)@$version" || return 1
    done
    mv "$partial" "$target"
  fi
  current nodes
}

# Only one suite needs them.
without_nodes() {
  echo "setup-tests: other versions of Node could not be had; that they write the same bytes is not tested." >&2
  [ "${CI:-}" != true ] || exit 1
}

# begin NAME: prints what is being made; sets $from to the mirror and $partial to a free path.
begin() {
  echo "setup-tests: making $target"
  from=$(mirror)
  partial="$cache/partial-$1"
  rm -rf --one-file-system "$partial" "$partial.tmp"
}

# mmdebstrap keeps a root in TMPDIR. /tmp may be too small for it, and after a kill it would stay there.
debian() {
  mkdir "$partial.tmp"
  with_us env TMPDIR="$partial.tmp" mmdebstrap --quiet --mode=root --aptopt="$cache/apt.conf" --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "$@"
}

# with_us COMMAND: runs it so that it and its children end with this script, even if that is killed: the next set-up
# then gets the lock, and makes the same folder. The lock's descriptor is closed for it: with 9 in use mmdebstrap would
# use descriptors of two digits, which sh does not understand.
with_us() {
  setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount-proc -- "$@" 9>&-
}

# current NAME: links NAME, which the suites use, to $target, and records that it was needed.
current() {
  ln -sfn "$(basename "$target")" "$cache/$1"
  touch "$target.used"
}

machine_names() {
  find "$cache" -maxdepth 1 -type l -name 'machine-*' -printf '%f '
}

# Removes what a killed set-up left, and files of other recipes. This script holds the lock, so no other set-up is at
# work. Test runs hold a lock on the roots that they use (test/support/engines/namespace.sh).
prune() {
  rm -rf --one-file-system "$cache"/partial-*
  for name in bookworm trixie compressors shells chromium debian-base crane nodes qemu $(machine_names); do
    for old in "$cache/$name"-[0-9a-f]*; do
      case $old in *.used) continue ;; esac
      [ -e "$old" ] || continue
      [ "$(readlink "$cache/$name" || readlink "$cache/$name.tar")" != "$(basename "$old")" ] || continue
      [ -e "$old.used" ] || touch -r "$old" "$old.used"
      [ -n "$(find "$old.used" -mmin +1440)" ] || continue
      flock --exclusive --nonblock "$old" rm -rf --one-file-system "$old" "$old.used" || continue
      echo "setup-tests: removed $old"
    done
  done
}

main
