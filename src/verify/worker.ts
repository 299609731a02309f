import type { FilePlace } from "../bytes/seekable-bytes.ts";
import { readSyncAt } from "../bytes/sync-file.ts";
import { verified } from "../bytes/verified.ts";
import type { ImageLayer } from "../image/image.ts";
import type { Limits } from "../limits.ts";
import type { Parcel, WorkChannel } from "../workers/work.ts";
import type { SealKey } from "./content-seal.ts";
import { type EntryTableData, tableBuffers } from "./entry-table.ts";
import { ReadBudget } from "./read-budget.ts";
import { readLayer } from "./read-layer.ts";

/** The layer to be read, as plain data. */
export interface LayerRequest {
  readonly layer: ImageLayer;
  /** The blob in an open file; otherwise its bytes come as input, verified by the sender. */
  readonly place: (FilePlace & { readonly size: number }) | undefined;
  readonly knownDiffId: boolean;
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
  readonly limits: Limits;
  /** See {@link ReadBudget}. */
  readonly spent: BigInt64Array;
}

/** Reads one layer: a `Work` for a thread. */
export async function work(
  { layer, place, limits, spent, ...rules }: LayerRequest,
  channel: WorkChannel<Uint8Array, never>,
): Promise<Parcel<EntryTableData>> {
  const blob = place === undefined ? channel.input : verified(chunksAt(place), layer.descriptor);
  const budget = new ReadBudget(limits, spent);
  const throwIfAborted = (): void => channel.throwIfAborted();
  const value = await readLayer(layer, { ...rules, blob, limits, budget, mayWait: true, throwIfAborted });
  return { value, transfer: tableBuffers(value) };
}

/** Bytes that are read at once: few enough that they and what they inflate to fit into the cache of a core. */
const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file in chunks, each valid until the next one. */
async function* chunksAt(place: FilePlace & { readonly size: number }): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, place.size));
  for (let start = 0; start < place.size; start += CHUNK_BYTES) {
    const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, place.size - start));
    readSyncAt(place, start, chunk);
    yield chunk;
  }
}
