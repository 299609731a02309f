/// <reference path="./undici-parts.d.ts" />
import { BlockList, isIP } from "node:net";
import type { Dispatcher, EnvHttpProxyAgent } from "undici";
import Agent from "undici/lib/dispatcher/agent.js";
import { UsageError } from "../../errors.ts";
import { registryTrust, type Trust } from "./certificates.ts";
import { registryConnector } from "./connector.ts";
import { isLoopback } from "./endpoint.ts";
import type { Environment, RegistrySettings } from "./options.ts";

/** Pools of connections, direct ones and ones through the proxies that the environment names. */
export interface Connections {
  /** The dispatcher for a URL. */
  to(url: URL): Dispatcher;
  close(): Promise<void>;
}

/**
 * Creates the pools without connecting. Direct connections load only the files of undici that they need, since its main
 * module also loads fetch, caches and mocks (45 ms of CPU). Proxies need some of those.
 */
export async function openConnections(registry: string, settings: RegistrySettings): Promise<Connections> {
  const trust = await registryTrust(registry, settings);
  const closing = new AbortController();
  const connect = registryConnector(trust, settings, closing.signal);
  const common = { allowH2: false, keepAliveTimeout: 10_000, connect };
  const direct = new Agent(common);
  const proxies = proxyVariables(settings.environment);
  const proxied = proxies && (await openProxied({ ...common, ...proxies, ...tlsThroughProxies(trust, settings) }));
  const exempt = exemptNetworks(proxies?.noProxy ?? "");
  return {
    to(url) {
      // undici would send https through HTTP_PROXY, which docker and skopeo do not.
      const proxy = url.protocol === "https:" ? proxies?.httpsProxy : proxies?.httpProxy;
      return proxied === undefined || !proxy || isLoopback(url.host) || exempt(url) ? direct : proxied;
    },
    async close() {
      // Requests under way are no longer wanted, and must not be waited for.
      const destroyed = Promise.all([direct.destroy(), proxied?.destroy()]);
      closing.abort();
      await destroyed;
    },
  };
}

async function openProxied(options: EnvHttpProxyAgent.Options): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import("undici");
  return new EnvHttpProxyAgent(options);
}

/** No `proxyTls`: with it undici would speak TLS to a SOCKS5 proxy. */
function tlsThroughProxies(trust: Trust, { tlsVerify, timeouts }: RegistrySettings) {
  const { connect: connectTimeout } = timeouts;
  return {
    connectTimeout,
    requestTls: { secureContext: trust(), rejectUnauthorized: tlsVerify, timeout: connectTimeout },
  };
}

interface ProxyVariables {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** The variables in lower or upper case; an empty string keeps undici from reading the process's own environment. */
function proxyVariables(environment: Environment): ProxyVariables | undefined {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const httpProxy = proxyUrl("HTTP_PROXY", read("HTTP_PROXY"));
  const httpsProxy = proxyUrl("HTTPS_PROXY", read("HTTPS_PROXY"));
  return httpProxy === "" && httpsProxy === "" ? undefined : { httpProxy, httpsProxy, noProxy: read("NO_PROXY") };
}

/** Without a scheme HTTP is meant, as for curl and docker. An error does not repeat what may hold a password. */
function proxyUrl(name: string, value: string): string {
  if (value === "") return "";
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (URL.canParse(url) && /^(https?|socks5):$/.test(new URL(url).protocol)) return url;
  throw new UsageError("ARGUMENT_INVALID", `what ${name} says is not the address of a proxy`, {
    details: { hint: "write http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT" },
  });
}

/** NO_PROXY may name networks (`10.0.0.0/8`), as for docker and skopeo; undici supports only host names in it. */
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
