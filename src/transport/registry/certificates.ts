import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import tls, { type SecureContext } from "node:tls";
import { errnoOf } from "../../bytes/io-error.ts";
import { TransportError } from "../../errors.ts";
import type { RegistrySettings } from "./options.ts";

/**
 * Returns the TLS context for a registry, created on the first call. @throws TransportError TRANSPORT_FAILED if a file
 * is not valid PEM
 */
export type Trust = () => SecureContext;

/**
 * Gathers the certificates for a registry (`host[:port]` as in its reference): the system's, Node's, `caFile`, and
 * those of the folder of that name in each certificate root. By the rules of docker and containers-certs.d(5), `*.crt`
 * are CAs, `x.cert` with `x.key` is the client's. Files are read now; the system's certificates are loaded with the
 * first TLS connection, since that takes 45 ms of CPU, and never if certificates are not verified.
 * @throws TransportError TRANSPORT_FAILED when a file cannot be read, `caFile` has no certificate, or a `.cert` lacks
 * its `.key`
 */
export async function registryTrust(registry: string, settings: RegistrySettings): Promise<Trust> {
  const extra = settings.caFile === undefined ? [] : [await readAuthorities(settings.caFile)];
  let client: Client | undefined;
  for (const root of settings.certificateRoots) {
    const folder = join(root, registry);
    const names = await list(folder);
    for (const name of names) {
      if (name.endsWith(".crt")) extra.push(await readPem(join(folder, name)));
      if (name.endsWith(".cert")) client ??= await readClient(folder, name, names);
    }
  }
  if (settings.tlsVerify && extra.length === 0 && client === undefined) return systemTrust;
  return once(() => {
    try {
      return tls.createSecureContext({
        ca: [...(settings.tlsVerify ? systemCertificates() : []), ...extra],
        ...client,
      });
    } catch (cause) {
      const message = `a certificate for ${registry} is not valid PEM (${messageOf(cause)})`;
      throw new TransportError("TRANSPORT_FAILED", message, { cause });
    }
  });
}

/** Shared by all registries without certificates of their own. */
const systemTrust: Trust = once(() => tls.createSecureContext({ ca: systemCertificates() }));

function once(make: Trust): Trust {
  let made: SecureContext | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** By default Node trusts only its own list; a CA that was added to the system must count too, as for docker. */
function systemCertificates(): string[] {
  return [...new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")])];
}

interface Client {
  readonly cert: string;
  readonly key: string;
}

async function readClient(folder: string, name: string, names: readonly string[]): Promise<Client> {
  const keyName = name.replace(/\.cert$/, ".key");
  if (!names.includes(keyName)) {
    throw new TransportError("TRANSPORT_FAILED", `${join(folder, name)} lacks its key, ${keyName}`, {
      details: { path: join(folder, name), hint: `put the client's key beside it as ${keyName}` },
    });
  }
  return { cert: await readPem(join(folder, name)), key: await readPem(join(folder, keyName)) };
}

/** Empty if there is no such folder, or this user may not read it. */
async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

/** OpenSSL ignores a file without a certificate; the error would be that the registry is not trusted. */
async function readAuthorities(path: string): Promise<string> {
  const pem = await readPem(path);
  if (/^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m.test(pem)) return pem;
  throw new TransportError("TRANSPORT_FAILED", `${path} has no certificate in it`, {
    details: { path, hint: "certificates of authorities must be in PEM: -----BEGIN CERTIFICATE-----" },
  });
}

/** Never SOURCE_NOT_FOUND, which is about the image. */
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
