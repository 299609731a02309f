import type { Context } from "../context.ts";
import { inLayer } from "../errors.ts";
import type { Image, ImageLayer } from "../image/image.ts";
import type { Source } from "../transport/contracts.ts";
import { type ByteCounter, createByteCounter } from "./byte-counter.ts";
import type { ScanKeep } from "./kept-bytes.ts";
import type { LayerIndex } from "./layer-index.ts";
import { lowestFirst } from "./lowest-first.ts";
import { createScanBudget, type ScanBudget } from "./scan-budget.ts";
import { scanLayer } from "./scan-layer.ts";
import { watchScan } from "./watch-scan.ts";

export interface ScanImageOptions {
  readonly source: Source;
  readonly lenientTar: boolean;
  readonly keep: ScanKeep;
  /** Numbers of the layers that are wanted, 0 = bottom; all by default. */
  readonly only?: readonly number[] | undefined;
  /** Whether contents are looked at as they pass, for duplicates and secrets. */
  readonly look?: boolean | undefined;
}

/** Bytes of blobs up to which an image is scanned without threads: to start one costs as much as to scan these. */
const WITHOUT_THREADS = 4 * 1024 * 1024;

/**
 * Scans all layers of an image, or those that are wanted, side by side, each distinct blob once, and returns their indexes bottom first. When several layers are bad the lowest one's error is
 * thrown, whichever was found first.
 * @throws what {@link scanLayer} throws
 */
export async function scanImage(image: Image, options: ScanImageOptions, context: Context): Promise<LayerIndex[]> {
  const wanted = [...image.layers.entries()].filter(([number]) => options.only?.includes(number) ?? true);
  const distinct = distinctLayers(wanted);
  const inThread = totalSize(distinct) > WITHOUT_THREADS;
  const job = { options, context, inThread, budget: createScanBudget(context.limits) };
  const indexes = new Map<string, LayerIndex>();
  const counters = distinct.map(({ counter }) => counter);
  const label = `${wanted.length} ${wanted.length === 1 ? "layer" : "layers"}`;
  await watchScan(image, { label, counters, total: totalSize(distinct), report: context.report }, () =>
    lowestFirst(distinct, { context, weight: ({ layer }) => layer.descriptor.size }, async (one, signal) => {
      indexes.set(keyOf(one.layer), await inLayer(one.number, () => scanOne(one, job, signal)));
    }),
  );
  return wanted.map(([, layer]) => indexes.get(keyOf(layer)) as LayerIndex);
}

/** A layer that has not occurred further down. */
interface DistinctLayer {
  readonly layer: ImageLayer;
  readonly number: number;
  readonly counter: ByteCounter;
}

interface ScanJob {
  readonly options: ScanImageOptions;
  readonly context: Context;
  readonly inThread: boolean;
  readonly budget: ScanBudget;
}

async function scanOne({ layer, number, counter }: DistinctLayer, job: ScanJob, signal: AbortSignal) {
  const { source, lenientTar, keep, look } = job.options;
  const { budget, inThread } = job;
  const located = await source.locateBlob?.(layer.descriptor);
  const open = () => source.readBlob(layer.descriptor);
  const input = { ...layer, layer: number, open, located, lenientTar, keep, look, budget, counter, inThread };
  return scanLayer(input, { ...job.context, signal });
}

function distinctLayers(layers: Iterable<readonly [number, ImageLayer]>): DistinctLayer[] {
  const first = new Map<string, DistinctLayer>();
  for (const [number, layer] of layers) {
    if (!first.has(keyOf(layer))) first.set(keyOf(layer), { layer, number, counter: createByteCounter() });
  }
  return [...first.values()];
}

function totalSize(distinct: readonly DistinctLayer[]): number {
  return distinct.reduce((sum, { layer }) => sum + layer.descriptor.size, 0);
}

/** The same bytes may stand in a stack twice; with another diffID they are another layer, and one of the two is wrong. */
function keyOf({ descriptor, diffId }: ImageLayer): string {
  return `${descriptor.digest} ${diffId}`;
}
