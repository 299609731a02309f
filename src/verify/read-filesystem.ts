import type { Context } from "../context.ts";
import { inLayer } from "../errors.ts";
import type { Image } from "../image/image.ts";
import type { Source } from "../transport/contracts.ts";
import { clampEntries, type Latest } from "./clamp-entries.ts";
import type { EntryTable } from "./entry-table.ts";
import { fetchLayer } from "./fetch-layer.ts";
import { type Directory, impliedDirectory } from "./file-tree.ts";
import type { Schedule } from "./largest-first.ts";
import { layOver } from "./lay-over.ts";
import { MERGE_RULES, type View } from "./merge-rules.ts";
import type { ReadBudget } from "./read-budget.ts";
import { unpackLayer } from "./unpack-layer.ts";

/** Which image is read, and how. */
export interface FilesystemReading {
  readonly source: Source;
  readonly view: View;
  readonly lenientTar: boolean;
  readonly budget: ReadBudget;
  readonly schedule: Schedule;
  /** The time than which nothing of a layer counts as younger, where there is one. */
  readonly latest?: ((layer: number) => Latest | undefined) | undefined;
}

/** Bytes of blobs up to which an image is read without threads: to start one costs as much as to read these. */
const WITHOUT_THREADS = 4 * 1024 * 1024;

/**
 * Reads all layers of an image from its source, each once and several side by side, and merges them bottom first. Only names and attributes are kept: memory grows with the
 * entries, never with bytes.
 * @throws what {@link fetchLayer} and {@link unpackLayer} throw, of the lowest layer that fails
 */
export async function readFilesystem(image: Image, reading: FilesystemReading, context: Context): Promise<Directory> {
  const { limits } = context;
  const abort = new AbortController();
  const signal = AbortSignal.any([context.signal, abort.signal]);
  const { budget } = reading;
  const rules = MERGE_RULES[reading.view];
  const merged = impliedDirectory({ seconds: 0, nanoseconds: 0 });
  const below = { merged, rules, pathBytes: limits.pathBytes, onImplied: () => budget.spendEntry() };
  const total = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const inThread = total > WITHOUT_THREADS;
  const layers = image.layers.map((layer, number) =>
    reading.schedule(layer.descriptor.size, () => {
      signal.throwIfAborted();
      return inLayer(number, () => fetchLayer(layer, { ...reading, inThread }, { ...context, signal }));
    }),
  );
  // An error of an upper layer waits until the layers below it are done.
  for (const layer of layers) layer.catch(() => {});
  const merge = async (number: number, table: Promise<EntryTable>): Promise<void> => {
    const entries = await table;
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
