/**
 * What a name means to `docker flatten`: an image of the daemon, unless it is spelled as a reference with a transport,
 * or as a path.
 */
export function engineReference(text: string): string {
  return TRANSPORT.test(text) || /^[-./]/.test(text) ? text : `docker-daemon:${text}`;
}

const TRANSPORT = /^(?:docker-daemon|docker-archive|oci|oci-archive|podman|container|podman-container):|^docker:\/\//;
