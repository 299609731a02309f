import { readFileSync } from "node:fs";
import type { FileCache } from "../bytes/file-cache.ts";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isFlattenError } from "../errors.ts";
import { digestHex, sha256 } from "../oci/digest.ts";
import { type KnownScan, packScan, unpackScan } from "./known-scan.ts";
import type { ScanInput } from "./scan-layer.ts";

/** To be raised with every change of what a scan finds in the same bytes, or of how it is packed. */
const FORMAT = 4;

type Layer = Pick<ScanInput, "descriptor" | "diffId" | "lenientTar">;

/**
 * What an earlier run learned of a layer; undefined where none did. @throws UsageError ARGUMENT_INVALID, TransportError
 * TRANSPORT_FAILED: the cache cannot be used
 */
export async function recallScan(layer: Layer, { cache, limits }: Context): Promise<KnownScan | undefined> {
  const packed = await cache?.get(nameOf(layer, limits));
  return packed && unpackScan(packed);
}

/**
 * Keeps what was learned of a layer for later runs, where there is a cache; tells where that fails, since the result
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
 * Everything that the result of a scan depends on. Digest and diffID were found to belong together by the run that kept
 * it.
 */
function nameOf({ descriptor, diffId, lenientTar }: Layer, limits: Context["limits"]): string {
  const { digest, size } = descriptor;
  const { pathBytes, compressionRatio } = limits;
  version ??= packageVersion();
  return digestHex(
    sha256(JSON.stringify([FORMAT, version, digest, size, diffId, lenientTar, pathBytes, compressionRatio])),
  );
}

let version: string | undefined;

/** Two folders up both in src and in dist. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
