import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { SeekableBytes } from "../../src/bytes/seekable-bytes.ts";
import type { Context } from "../../src/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";
import type { DiffId } from "../../src/oci/digest.ts";
import { sha256 } from "../../src/oci/digest.ts";
import { createByteCounter } from "../../src/scan/byte-counter.ts";
import type { LayerIndex } from "../../src/scan/layer-index.ts";
import { createScanBudget } from "../../src/scan/scan-budget.ts";
import { type ScanInput, scanLayer } from "../../src/scan/scan-layer.ts";
import { createWorkerPool } from "../../src/workers/worker-pool.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** Options of a scanned layer; by default it is an uncompressed layer in a file. */
export interface ScanFixtureOptions extends Partial<ScanInput> {
  readonly limits?: Partial<Limits>;
  readonly context?: Partial<Context>;
}

/** The index of a layer, made by the real scan; its tar stays in memory. */
export async function layerIndex(
  layer: LayerFixture | Uint8Array,
  options: ScanFixtureOptions = {},
): Promise<LayerIndex> {
  const bytes = layer instanceof Uint8Array ? layer : layer.tar();
  const { limits, context, ...input } = options;
  const allLimits = { ...DEFAULT_LIMITS, ...limits };
  const digest = sha256(bytes);
  return scanLayer(
    {
      descriptor: { mediaType: "application/vnd.oci.image.layer.v1.tar", digest, size: bytes.length },
      diffId: digest as string as DiffId,
      layer: 0,
      open: () => chunksOf(bytes),
      located: memoryBytes(bytes),
      lenientTar: false,
      budget: createScanBudget(allLimits),
      counter: createByteCounter(),
      keep: { tar: true, blobs: undefined },
      later: false,
      inThread: false,
      ...input,
    },
    { ...NO_SCRATCH, limits: allLimits, ...context },
  );
}

/** Bytes in memory that can be read like a file. */
export function memoryBytes(bytes: Uint8Array): SeekableBytes {
  return {
    size: bytes.length,
    stream: ({ start, end } = { start: 0, end: bytes.length }) => chunksOf(bytes.subarray(start, end)),
    read: async ({ start, end }) => Uint8Array.from(bytes.subarray(start, end)),
  };
}

/** A context without scratch: an uncompressed layer in a file needs none. */
const NO_SCRATCH: Context = {
  signal: new AbortController().signal,
  limits: DEFAULT_LIMITS,
  scratch: {
    path: () => Promise.reject(new Error("this scan was not to need scratch")),
    own() {},
    bytes: async () => 0,
    sibling() {
      return this;
    },
    async [Symbol.asyncDispose]() {},
  },
  concurrency: 1,
  workers: createWorkerPool(1),
  report() {},
};
