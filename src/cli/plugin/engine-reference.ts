/**
 * What an argument of `docker flatten` refers to: an image in the daemon, unless it has a transport or starts like a
 * path.
 */
export function engineReference(text: string): string {
  return TRANSPORT.test(text) || /^[-./]/.test(text) ? text : `docker-daemon:${text}`;
}

const TRANSPORT =
  /^(?:docker-daemon|docker-archive|oci|oci-archive|podman|container|podman-container|rootfs):|^docker:\/\//;
