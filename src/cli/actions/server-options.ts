import { parseCredentials, type TransportOptions } from "../../index.ts";
import type { ServerFlags } from "../commands/server-options.ts";
import type { Surroundings } from "../surroundings.ts";

type RegistryOptions = NonNullable<TransportOptions["registry"]>;

/**
 * How servers are reached, as options of the library. Reads stdin with `--creds-stdin`.
 * @throws UsageError ARGUMENT_INVALID for malformed credentials
 */
export async function serverOptions(flags: ServerFlags, { stdin, env }: Surroundings): Promise<TransportOptions> {
  const { host, context, config, tls, tlsverify, tlscacert, tlscert, tlskey } = flags;
  const certificates = { tlsCaCert: tlscacert, tlsCert: tlscert, tlsKey: tlskey };
  const credentials = flags.credsStdin === true ? await firstLine(stdin) : flags.creds;
  const registry: RegistryOptions = {
    credentials: credentials === undefined ? undefined : parseCredentials(credentials),
    tlsVerify: flags.tlsVerify === undefined ? undefined : flags.tlsVerify === "true",
    caFile: flags.caFile,
    authFile: flags.authfile,
    environment: config === undefined ? undefined : { ...env, DOCKER_CONFIG: config },
  };
  return {
    docker: { host, context, configDirectory: config, tls, tlsVerify: tlsverify, ...certificates },
    podman: { host: flags.podmanHost },
    registry,
  };
}

const MAX_LINE = 64 * 1024;

/** The first line of stdin; a password may contain any character but a newline. */
async function firstLine(stdin: Surroundings["stdin"]): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (bytes.includes("\n") || length > MAX_LINE) break;
  }
  const [line = ""] = Buffer.concat(chunks).toString("utf8").split(/\r?\n/, 1);
  return line;
}
