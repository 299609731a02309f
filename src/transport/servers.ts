import type { RegistryOptions } from "./registry/options.ts";
import type { TransportOptions } from "./transport-options.ts";

/**
 * How one run reaches servers. What was given for a registry is for those that a person typed: an image may name any
 * other, and gets no password sent there. Sources and destinations are opened with nothing else, so whoever opens one
 * has said what was typed.
 */
export interface Servers extends Omit<TransportOptions, "registry"> {
  /** How a registry is reached: `host[:port]` as in a reference, `docker.io` for Docker Hub. */
  registry(name: string): RegistryOptions;
}

/**
 * Binds credentials, certificates and leave to go without TLS to registries; any other is reached as if none of them
 * had been given.
 */
export function bindServers({ registry = {}, ...others }: TransportOptions, registries: ReadonlySet<string>): Servers {
  const { credentials: _, caFile: _file, tlsVerify: _verify, ...rest } = registry;
  return { ...others, registry: (name) => (registries.has(name) ? registry : rest) };
}

/** For what talks to no server. */
export const NO_SERVERS: Servers = bindServers({}, new Set());
