import { BlockList, isIP } from "node:net";
import type { Dispatcher } from "undici";
import { secureContext } from "./certificates.ts";
import { isLoopback } from "./endpoint.ts";
import type { Environment, RegistrySettings } from "./options.ts";

/** Pools of connections, direct ones and ones through the proxies that the environment names. */
export interface Connections {
  /** The dispatcher for a URL. */
  to(url: URL): Dispatcher;
  close(): Promise<void>;
}

/** Makes the pools; connects to nobody yet. Imports undici, which nobody else needs. */
export async function openConnections(registry: string, settings: RegistrySettings): Promise<Connections> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const { connect: timeout } = settings.timeouts;
  const tls = {
    secureContext: await secureContext(registry, settings),
    rejectUnauthorized: settings.tlsVerify,
    timeout,
  };
  // HTTP/2 would put the blobs that are read side by side onto one connection, where a lost packet holds all of them up.
  const common = { allowH2: false, keepAliveTimeout: 10_000 };
  const direct = new Agent({ ...common, connect: tls });
  const proxies = proxyVariables(settings.environment);
  const proxied =
    proxies === undefined
      ? undefined
      : new EnvHttpProxyAgent({ ...common, ...proxies, connect: tls, requestTls: tls, proxyTls: { timeout } });
  const exempt = exemptNetworks(proxies?.noProxy ?? "");
  return {
    to(url) {
      // undici would send https through HTTP_PROXY, which docker and skopeo do not.
      const proxy = url.protocol === "https:" ? proxies?.httpsProxy : proxies?.httpProxy;
      return proxied === undefined || !proxy || isLoopback(url.host) || exempt(url) ? direct : proxied;
    },
    async close() {
      // What is under way was given up by whoever disposes, and must not be waited for.
      await Promise.all([direct.destroy(), proxied?.destroy()]);
    },
  };
}

interface ProxyVariables {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** The variables in lower or upper case; an empty text keeps undici from looking into the process's own environment. */
function proxyVariables(environment: Environment): ProxyVariables | undefined {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const httpProxy = read("HTTP_PROXY");
  const httpsProxy = read("HTTPS_PROXY");
  return httpProxy === "" && httpsProxy === "" ? undefined : { httpProxy, httpsProxy, noProxy: read("NO_PROXY") };
}

/** NO_PROXY may name networks (`10.0.0.0/8`), as docker and skopeo understand it; undici knows its host names only. */
function exemptNetworks(noProxy: string): (url: URL) => boolean {
  const networks = new BlockList();
  for (const entry of noProxy.split(/[,\s]+/)) {
    const [address = "", prefix = ""] = entry.split("/");
    const family = isIP(address);
    if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) continue;
    networks.addSubnet(address, Number(prefix), family === 4 ? "ipv4" : "ipv6");
  }
  return ({ hostname }) => {
    const address = hostname.replace(/^\[(.*)\]$/, "$1");
    const family = isIP(address);
    return family !== 0 && networks.check(address, family === 4 ? "ipv4" : "ipv6");
  };
}
