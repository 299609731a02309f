import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import tls, { type SecureContext } from "node:tls";
import { errnoOf } from "../../bytes/io-error.ts";
import { TransportError } from "../../errors.ts";
import type { RegistrySettings } from "./options.ts";

/**
 * What TLS connections to a registry are made with; made once, since parsing the system's certificates for each connection would cost more than the rest.
 * Gathers the certificates for a registry (`host[:port]` as in its reference): the system's, Node's, `caFile`, and those of the folder of that name in each
 * certificate root. docker's and containers-certs.d(5)'s rules: `*.crt` are CAs, `x.cert` with `x.key` is the client's.
 * @throws TransportError TRANSPORT_FAILED when a file cannot be read, or a `.cert` lacks its `.key`
 */
export async function secureContext(registry: string, settings: RegistrySettings): Promise<SecureContext> {
  const extra = settings.caFile === undefined ? [] : [await readPem(settings.caFile)];
  let client: { cert: string; key: string } | undefined;
  for (const root of settings.certificateRoots) {
    const folder = join(root, registry);
    const names = await list(folder);
    for (const name of names) {
      if (name.endsWith(".crt")) extra.push(await readPem(join(folder, name)));
      if (name.endsWith(".cert")) client ??= await readClient(folder, name, names);
    }
  }
  try {
    return tls.createSecureContext({ ca: [...systemCertificates(), ...extra], ...client });
  } catch (cause) {
    const message = `a certificate for ${registry} is not valid PEM (${messageOf(cause)})`;
    throw new TransportError("TRANSPORT_FAILED", message, { cause });
  }
}

/** Node alone trusts its own list only; an operator who added a CA to the system expects it to count, as it does for docker. */
function systemCertificates(): readonly string[] {
  return [...new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")])];
}

async function readClient(folder: string, name: string, names: readonly string[]) {
  const keyName = name.replace(/\.cert$/, ".key");
  if (!names.includes(keyName)) {
    throw new TransportError("TRANSPORT_FAILED", `${join(folder, name)} lacks its key, ${keyName}`, {
      details: { path: join(folder, name), hint: `put the client's key beside it as ${keyName}` },
    });
  }
  return { cert: await readPem(join(folder, name)), key: await readPem(join(folder, keyName)) };
}

/** None where there is no such folder, or one that this user may not see: it was not meant for them. */
async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

/** Not SOURCE_NOT_FOUND, whatever is missing: it is not the image. */
async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const message = `cannot read the certificate ${path} (${errnoOf(cause)})`;
    throw new TransportError("TRANSPORT_FAILED", message, { cause, details: { path } });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
