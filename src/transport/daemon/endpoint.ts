import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TransportError, UsageError } from "../../errors.ts";
import { digestHex, sha256 } from "../../oci/digest.ts";
import { homeFolder } from "../home-folder.ts";

/** Where an engine's API is reached. `text` is the address as typed. */
export type Endpoint =
  | { readonly kind: "unix"; readonly text: string; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly text: string;
      readonly host: string;
      readonly port: number;
      readonly tls?: EndpointTls | undefined;
    }
  | {
      readonly kind: "ssh";
      readonly text: string;
      readonly destination: string;
      readonly port?: number | undefined;
      readonly socket?: string | undefined;
    };

/** PEM texts for TLS; without `ca` the system's authorities are trusted. */
export interface EndpointTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
}

/** How the docker command line chooses its daemon; the names are its flags. */
export interface DaemonOptions {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  /** The folder of config.json; `$DOCKER_CONFIG` or `~/.docker` by default. */
  readonly configDirectory?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly tlsVerify?: boolean | undefined;
  readonly tlsCaCert?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/**
 * Finds Docker's endpoint as its command line does: host, context, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current
 * context, the default socket.
 * @throws UsageError ARGUMENT_INVALID for a host that cannot be one, or host and context together
 * @throws TransportError SOURCE_NOT_FOUND for a context that does not exist
 */
export async function dockerEndpoint(options: DaemonOptions = {}, env: Environment = process.env): Promise<Endpoint> {
  if (options.host !== undefined && options.context !== undefined) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      "a host and a context are both given: each of them says which daemon to use",
    );
  }
  const directory = configDirectory(options, env);
  if (options.host !== undefined) return parseHost(options.host, await tlsOf(options, directory, env));
  const context = options.context ?? (await implicitContext(directory, env));
  if (context !== undefined && context !== "default") return readContext(context, directory);
  return parseHost(env.DOCKER_HOST || DEFAULT_HOST, await tlsOf(options, directory, env));
}

/** Finds podman's socket: host, `CONTAINER_HOST`, else the default socket of this user or of root. */
export function podmanEndpoint(host: string | undefined, env: Environment = process.env): Endpoint {
  const chosen = host ?? env.CONTAINER_HOST;
  if (chosen) return parseHost(chosen, undefined);
  const rootless = process.getuid?.() !== 0;
  const runtime = env.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.() ?? 0}`;
  return parseHost(`unix://${rootless ? join(runtime, "podman/podman.sock") : "/run/podman/podman.sock"}`, undefined);
}

/**
 * Parses `unix://PATH`, `tcp://HOST[:PORT]`, `http(s)://…`, `ssh://[USER@]HOST[:PORT][/SOCKET]`.
 * @throws UsageError ARGUMENT_INVALID
 */
export function parseHost(text: string, tls: EndpointTls | undefined): Endpoint {
  if (/^unix:\/\/./.test(text)) return { kind: "unix", text, path: text.slice("unix://".length) };
  if (text.startsWith("/")) return { kind: "unix", text: `unix://${text}`, path: text };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  switch (url?.protocol) {
    case "tcp:":
    case "http:":
    case "https:": {
      if (url.username !== "" || url.password !== "") {
        throw new UsageError("ARGUMENT_INVALID", "the address of a daemon over TCP has no user and no password", {
          details: { hint: "a daemon identifies its clients by certificates: --tlscert and --tlskey" },
        });
      }
      const secure = tls ?? (url.protocol === "https:" ? { verify: true } : undefined);
      // Of http and https, URL drops the default port, which a daemon does not have.
      const { port: typed } = new URL(text.replace(/^https?:/i, "tcp:"));
      const port = typed === "" ? (secure === undefined ? 2375 : 2376) : Number(typed);
      return { kind: "tcp", text, host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, tls: secure };
    }
    case "ssh:":
      return sshEndpoint(text, url);
    default:
      throw new UsageError("ARGUMENT_INVALID", `not the address of a daemon: ${JSON.stringify(text)}`, {
        details: { hint: "write unix:///path, tcp://host:port or ssh://user@host" },
      });
  }
}

function sshEndpoint(text: string, url: URL): Endpoint {
  const user = decoded(url.username);
  const path = decoded(url.pathname);
  const isOption = url.hostname.startsWith("-") || user?.startsWith("-") === true;
  if (user === undefined || path === undefined || url.password !== "" || url.hostname === "" || isOption) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      "an ssh address is ssh://[user@]host[:port]; ssh itself asks for passwords",
    );
  }
  const destination = user === "" ? url.hostname : `${user}@${url.hostname}`;
  const port = url.port === "" ? undefined : Number(url.port);
  return { kind: "ssh", text, destination, port, socket: path.length > 1 ? path : undefined };
}

/** Undefined for invalid percent-encoding. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function configDirectory(options: DaemonOptions, env: Environment): string {
  return options.configDirectory ?? (env.DOCKER_CONFIG || join(homeFolder(env), ".docker"));
}

/** `DOCKER_HOST` overrides the current context, as it does for docker. */
async function implicitContext(directory: string, env: Environment): Promise<string | undefined> {
  if (env.DOCKER_HOST) return undefined;
  if (env.DOCKER_CONTEXT) return env.DOCKER_CONTEXT;
  const config = await readJsonFile(join(directory, "config.json"));
  const current = config?.currentContext;
  return typeof current === "string" && current !== "" ? current : undefined;
}

async function readContext(name: string, directory: string): Promise<Endpoint> {
  const id = digestHex(sha256(name));
  const meta = await readJsonFile(join(directory, "contexts/meta", id, "meta.json"));
  const endpoints = meta?.Endpoints as { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } | undefined;
  const host = endpoints?.docker?.Host;
  if (typeof host !== "string") {
    throw new TransportError("SOURCE_NOT_FOUND", `there is no Docker context named ${JSON.stringify(name)}`, {
      details: { hint: "docker context ls lists those that exist" },
    });
  }
  const folder = join(directory, "contexts/tls", id, "docker");
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((file) => readText(join(folder, file))),
  );
  const skip = endpoints?.docker?.SkipTLSVerify === true;
  const tls = ca === undefined && cert === undefined && !skip ? undefined : { ca, cert, key, verify: !skip };
  return parseHost(host, host.startsWith("tcp:") ? tls : undefined);
}

/** TLS as set by docker's flags, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH; undefined if none of them asks for it. */
async function tlsOf(options: DaemonOptions, directory: string, env: Environment): Promise<EndpointTls | undefined> {
  const verify = options.tlsVerify ?? Boolean(env.DOCKER_TLS_VERIFY);
  if (!verify && options.tls !== true && options.tlsCaCert === undefined) return undefined;
  const folder = env.DOCKER_CERT_PATH || directory;
  const [ca, cert, key] = await Promise.all([
    pem(options.tlsCaCert, join(folder, "ca.pem")),
    pem(options.tlsCert, join(folder, "cert.pem")),
    pem(options.tlsKey, join(folder, "key.pem")),
  ]);
  return { ca, cert, key, verify };
}

async function pem(given: string | undefined, fallback: string): Promise<string | undefined> {
  const text = await readText(given ?? fallback);
  if (text === undefined && given !== undefined) {
    throw new UsageError("ARGUMENT_INVALID", `cannot read the certificate file ${given}`);
  }
  return text;
}

async function readJsonFile(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError("ARGUMENT_INVALID", `${path} is not valid JSON`, { cause });
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
