import { extname } from "node:path";
import { blocksOf } from "../bytes/blocks.ts";
import type { Context } from "../context.ts";
import type { ImageLayer } from "../image/image.ts";
import type { Source } from "../transport/contracts.ts";
import { chunkParcels } from "../workers/chunk-parcels.ts";
import type { SealKey } from "./content-seal.ts";
import type { EntryTableData } from "./entry-table.ts";
import type { ReadBudget } from "./read-budget.ts";
import { readLayer } from "./read-layer.ts";
import type { LayerRequest } from "./worker.ts";

/** Where a layer comes from, and how it is read. */
export interface LayerFetch {
  readonly source: Pick<Source, "readBlob" | "locateBlob">;
  /** See `LayerReading`. */
  readonly knownDiffId: boolean;
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
  readonly budget: ReadBudget;
  /** Whether to read it in a thread. */
  readonly inThread: boolean;
}

/**
 * Reads a layer's blob once from its transport. A thread reads a blob that is in a file by itself, any other is sent to
 * it.
 * @throws what {@link readLayer} throws; TransportError WORKER_LOST
 */
export async function fetchLayer(layer: ImageLayer, fetch: LayerFetch, context: Context): Promise<EntryTableData> {
  const { source, knownDiffId, lenientTar, sealKey, budget, inThread } = fetch;
  const { signal, limits, workers } = context;
  const rules = { knownDiffId, lenientTar, sealKey };
  if (!inThread) {
    const throwIfAborted = (): void => signal.throwIfAborted();
    const blob = source.readBlob(layer.descriptor);
    return readLayer(layer, { ...rules, blob, limits, budget, mayWait: false, throwIfAborted });
  }
  const located = await source.locateBlob?.(layer.descriptor);
  const place = located?.file && { ...located.file, size: located.size };
  const request: LayerRequest = { ...rules, layer, place, limits, spent: budget.spent };
  const { result } = workers.run<LayerRequest, EntryTableData, Uint8Array>({
    module: WORKER,
    request: { value: request },
    input: place === undefined ? chunkParcels(blocksOf(source.readBlob(layer.descriptor), PARCEL_BYTES)) : undefined,
    signal,
  });
  return result;
}

/** The same extension as this module's: `.ts` where Node strips types, `.js` when built. */
const WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** Bytes that are sent to a thread at once. */
const PARCEL_BYTES = 1024 * 1024;
