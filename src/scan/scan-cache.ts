import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import type { FileCache } from "../bytes/file-cache.ts";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isFlattenError } from "../errors.ts";
import { digestHex, sha256 } from "../oci/digest.ts";
import { type KnownScan, packScan, unpackScan } from "./known-scan.ts";
import type { ScanInput } from "./scan-layer.ts";

/** Must be incremented with every change of what a scan finds in the same bytes, or of how results are packed. */
const FORMAT = 5;

type Layer = Pick<ScanInput, "descriptor" | "diffId" | "lenientTar">;

/**
 * The cached result for a layer; undefined if there is none.
 * @throws UsageError ARGUMENT_INVALID, TransportError DISK_FULL, TRANSPORT_FAILED if the cache cannot be used
 */
export async function recallScan(layer: Layer, { cache, limits }: Context): Promise<KnownScan | undefined> {
  const packed = await cache?.get(nameOf(layer, limits));
  return packed && unpackScan(packed);
}

/**
 * Stores the result for a layer in the cache, if there is one. A failure is returned as a diagnostic, since the run
 * does not depend on it.
 */
export async function rememberScan(
  layer: Layer,
  scan: KnownScan,
  { cache, limits, signal }: Context,
): Promise<Diagnostic[]> {
  if (cache === undefined) return [];
  signal.throwIfAborted();
  try {
    await cache.put(nameOf(layer, limits), packScan(scan));
    return [];
  } catch (error) {
    if (!isFlattenError(error)) throw error;
    return [notKept(cache, error)];
  }
}

function notKept({ directory }: FileCache, { message }: Error): Diagnostic {
  const text = `The cache ${directory} could not be written, so the next run has to scan again: ${message}`;
  return { rule: "cache-not-written", message: text, strict: false };
}

/**
 * A hash of everything that the packed result of a scan depends on. That digest and diffID belong together was verified
 * by the run that stored the result.
 */
function nameOf({ descriptor, diffId, lenientTar }: Layer, limits: Context["limits"]): string {
  const { digest, size } = descriptor;
  const { pathBytes, compressionRatio } = limits;
  version ??= packageVersion();
  const layer = [digest, size, diffId, lenientTar, pathBytes, compressionRatio];
  return digestHex(sha256(JSON.stringify([FORMAT, endianness(), version, ...layer])));
}

let version: string | undefined;

/** package.json is two folders up, both in src and in dist. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
