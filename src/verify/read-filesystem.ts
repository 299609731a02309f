import type { Context } from "../context.ts";
import { inLayer } from "../errors.ts";
import type { Image, ImageLayer } from "../image/image.ts";
import { distinctBlobs } from "../oci/descriptor.ts";
import type { Source } from "../transport/contracts.ts";
import { isFarAway, ReadAhead } from "../transport/read-ahead.ts";
import { clampEntries, type Latest } from "./clamp-entries.ts";
import type { SealKey } from "./content-seal.ts";
import { type EntryTableData, tableEntries, xattrBytes } from "./entry-table.ts";
import { fetchLayer } from "./fetch-layer.ts";
import { type Directory, impliedDirectory } from "./file-tree.ts";
import type { Schedule } from "./largest-first.ts";
import { layOver } from "./lay-over.ts";
import { MERGE_RULES, type View } from "./merge-rules.ts";
import type { ReadBudget } from "./read-budget.ts";
import { ROW_BYTES } from "./row-inode.ts";
import type { SharedReads } from "./shared-reads.ts";
import { unpackLayer } from "./unpack-layer.ts";

/** Which image is read, and how. */
export interface FilesystemReading {
  readonly source: Pick<Source, "readBlob" | "locateBlob">;
  readonly view: View;
  /** Whether its blobs are known to have the diffIDs that its config says. */
  readonly knownDiffIds: boolean;
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
  readonly budget: ReadBudget;
  readonly schedule: Schedule;
  readonly shared: SharedReads;
  /** Later times in a layer (0 = bottom) count as this one, if there is one. */
  readonly latest?: ((layer: number) => Latest | undefined) | undefined;
}

/**
 * An image with at most so many bytes of blobs is read without threads: starting one takes as long as reading these.
 */
const WITHOUT_THREADS = 4 * 1024 * 1024;

/**
 * Reads all layers of an image from its source, each once and several in parallel, and merges them bottom first. Only
 * names and attributes are kept: memory grows with the entries, never with bytes.
 * @throws what {@link fetchLayer} and {@link unpackLayer} throw, of the lowest layer that fails
 */
export async function readFilesystem(image: Image, reading: FilesystemReading, context: Context): Promise<Directory> {
  const { limits } = context;
  const abort = new AbortController();
  const signal = AbortSignal.any([context.signal, abort.signal]);
  const { budget } = reading;
  const rules = MERGE_RULES[reading.view];
  const merged = impliedDirectory({ seconds: 0, nanoseconds: 0 });
  const below = { merged, rules, pathBytes: limits.pathBytes, spend: (names: number) => budget.spendEntries(names) };
  const total = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const inThread = total > WITHOUT_THREADS;
  using early = readEarly(image, reading);
  const source = early ?? reading.source;
  const layers = image.layers.map((layer, number) =>
    inLayer(number, () => readOnce(layer, { ...reading, source, inThread }, { ...context, signal })),
  );
  // An error of an upper layer is thrown only after the layers below it are done.
  for (const layer of layers) layer.catch(() => {});
  const merge = async (number: number, table: Promise<EntryTableData>): Promise<void> => {
    const entries = tableEntries(await table);
    const latest = reading.latest?.(number);
    layOver(merged, unpackLayer(latest === undefined ? entries : clampEntries(entries, latest), below), rules);
  };
  try {
    for (const [number, entries] of layers.entries()) await inLayer(number, () => merge(number, entries));
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(layers);
    throw error;
  }
  return merged;
}

/** In the order of a schedule that starts with the largest layer. */
function readEarly({ layers }: Image, { source }: Pick<FilesystemReading, "source">): ReadAhead | undefined {
  const blobs = distinctBlobs(layers.map(({ descriptor }) => descriptor));
  blobs.sort((a, b) => b.size - a.size);
  return isFarAway(source) ? new ReadAhead(source, blobs) : undefined;
}

async function readOnce(
  layer: ImageLayer,
  { schedule, shared, knownDiffIds, ...fetch }: FilesystemReading & { readonly inThread: boolean },
  context: Context,
): Promise<EntryTableData> {
  const { source, budget } = fetch;
  const { descriptor } = layer;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
    schedule(descriptor.size, () => {
      context.signal.throwIfAborted();
      return work();
    });
  const checkBlob = async (): Promise<void> => {
    for await (const { length } of source.readBlob(descriptor)) {
      context.signal.throwIfAborted();
      budget.countRead(length);
    }
  };
  // The diffID is verified for a layer that is read for both images.
  const knownDiffId = knownDiffIds && !shared.has(layer);
  const read = (): Promise<EntryTableData> => inTurn(() => fetchLayer(layer, { ...fetch, knownDiffId }, context));
  const onShared = ({ tarBytes, pages }: EntryTableData): void => {
    budget.spendBytes(tarBytes);
    for (const { rows, targets, xattrs } of pages) {
      budget.spendEntries(rows.byteLength / ROW_BYTES);
      budget.spendAttributes(targets.byteLength + [...xattrs.values()].reduce((sum, of) => sum + xattrBytes(of), 0));
    }
  };
  return shared.entriesOf(layer, { read, check: () => inTurn(checkBlob), onShared });
}
