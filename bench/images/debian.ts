/**
 * A shell command after which apt-get keeps no packages that it has installed, as Debian's images on Docker Hub are set
 * up.
 */
export const KEEP_NO_PACKAGES = `echo 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' > /etc/apt/apt.conf.d/docker-clean`;
