import type { EngineClient, EngineName } from "./daemon/client.ts";
import type { RegistryOptions } from "./registry/options.ts";
import type { TransportOptions } from "./transport-options.ts";

/**
 * How one run reaches servers. Options for a registry apply only to those named on the command line: an image may name
 * any other registry, which must not get a password. Sources and destinations can only be opened with this, so every
 * caller has to state which were named.
 */
export interface Servers extends Omit<TransportOptions, "registry"> {
  /** How a registry is reached: `host[:port]` as in a reference, `docker.io` for Docker Hub. */
  registry(name: string): RegistryOptions;
  /** Engines that images were opened in: each is asked once for the versions of its API, not for every image. */
  readonly engines: Map<EngineName, Promise<EngineClient>>;
}

/**
 * Binds credentials, certificates and `tlsVerify` to the given registries; any other is reached as if none of them had
 * been given.
 */
export function bindServers({ registry = {}, ...others }: TransportOptions, registries: ReadonlySet<string>): Servers {
  const { credentials: _, caFile: _file, tlsVerify: _verify, ...rest } = registry;
  return { ...others, registry: (name) => (registries.has(name) ? registry : rest), engines: new Map() };
}

/** For code that uses no server. */
export const NO_SERVERS: Servers = bindServers({}, new Set());
