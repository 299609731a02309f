import { isIP } from "node:net";

/** The registry that unqualified names mean. */
const DOCKER_HUB = "docker.io";

/**
 * Tells whether a host, with or without a port, is this machine, for which plain HTTP is allowed and no proxy is used.
 */
export function isLoopback(host: string): boolean {
  const name = hostname(host);
  if (isIP(name) === 4) return name.startsWith("127.");
  return name === "::1" || name === "localhost" || name.endsWith(".localhost");
}

/** `host[:port]` where the API of a registry answers. Docker Hub's is on another host than its name says. */
export function apiHost(registry: string): string {
  return registry === DOCKER_HUB || registry === "index.docker.io" ? "registry-1.docker.io" : registry;
}

/**
 * Names under which credential files and helpers know a registry, the usual one first; Docker Hub has several, for
 * historical reasons.
 */
export function credentialNames(registry: string): readonly string[] {
  if (registry !== DOCKER_HUB && registry !== "index.docker.io") return [registry];
  return ["https://index.docker.io/v1/", "index.docker.io", DOCKER_HUB, "registry-1.docker.io"];
}

/** The host without its port and without the brackets of an IPv6 address. */
function hostname(host: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(host)?.[1];
  return (bracketed ?? (isIP(host) === 6 ? host : host.replace(/:\d*$/, ""))).toLowerCase();
}
