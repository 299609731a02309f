/**
 * A shell command that configures apt-get to delete packages after installing them, like Debian's images on Docker Hub.
 */
export const KEEP_NO_PACKAGES = `echo 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' > /etc/apt/apt.conf.d/docker-clean`;
