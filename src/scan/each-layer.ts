import { countOf } from "../amount.ts";
import type { Context } from "../context.ts";
import { inImage, inLayer } from "../errors.ts";
import { type Image, type ImageLayer, layerKey } from "../image/image.ts";
import { distinctBlobs } from "../oci/descriptor.ts";
import { formatPlatform } from "../oci/platform.ts";
import { watchStage } from "../progress/watch-stage.ts";
import type { Source } from "../transport/contracts.ts";
import { isFarAway, ReadAhead } from "../transport/read-ahead.ts";
import { type ByteCounter, createByteCounter } from "./byte-counter.ts";
import { KEEP_NOTHING, keepBoth, type ScanKeep } from "./kept-bytes.ts";
import type { LayerIndex } from "./layer-index.ts";
import { lowestFirst } from "./lowest-first.ts";
import type { ScanAhead } from "./scan-ahead.ts";
import { createScanBudget } from "./scan-budget.ts";
import type { ScanInput } from "./scan-layer.ts";

export interface ScanImageOptions {
  readonly source: Source;
  readonly lenientTar: boolean;
  /**
   * For all layers, or for each by its number, 0 = bottom. If a blob is in the stack several times, it is kept if one
   * of them asks for it.
   */
  readonly keep: ScanKeep | ((layer: number) => ScanKeep);
  /** Numbers of the layers to scan, 0 = bottom; all by default. */
  readonly only?: readonly number[] | undefined;
  /** Whether to examine contents for duplicates and secrets. */
  readonly look?: boolean | undefined;
  /** Leaves layers that the cache knows unread until their bytes are needed. */
  readonly later?: boolean;
  /** Scans that were started while the blobs were still being fetched. */
  readonly ahead?: ScanAhead | undefined;
}

/** Work to be done for several layers of one image. */
export interface LayersJob {
  readonly image: Image;
  readonly options: ScanImageOptions;
  readonly context: Context;
  /** Numbers of the layers. */
  readonly wanted: readonly number[];
  work(input: ScanInput, context: Context): Promise<LayerIndex>;
}

/**
 * Total bytes of blobs up to which an image is scanned without threads: starting one would cost as much as the scan.
 */
export const WITHOUT_THREADS = 4 * 1024 * 1024;

/**
 * Does the work for all wanted layers concurrently, once for each distinct blob, and returns the results by {@link
 * layerKey}. If it fails for several layers, the error of the lowest one is thrown, even if another failed first.
 */
export async function eachLayer(job: LayersJob): Promise<Map<string, LayerIndex>> {
  const { image, wanted, options, context, work } = job;
  await context.cache?.open();
  const layers = distinctLayers(image, wanted, options.keep);
  using early = readEarly(layers, job);
  const total = layers.reduce((sum, { layer }) => sum + layer.descriptor.size, 0);
  const shared = { inThread: total > WITHOUT_THREADS, budget: createScanBudget(context.limits) };
  const found = new Map<string, LayerIndex>();
  const counters = layers.map(({ counter }) => counter);
  const label = countOf(wanted.length, "layer", "layers");
  const description = { stage: "scan", label, platform: formatPlatform(image.platform), total } as const;
  const count = (): number => counters.reduce((sum, counter) => sum + counter.value(), 0);
  await watchStage({ description, count, report: context.report }, () =>
    lowestFirst(layers, { context, weight: ({ layer }) => layer.descriptor.size }, async (one, signal) => {
      const scan = async () => work({ ...(await inputOf(one, options, early)), ...shared }, { ...context, signal });
      const index = await inImage(options.source.reference.text, () => inLayer(one.number, scan));
      found.set(layerKey(one.layer), index);
    }),
  );
  return found;
}

/** A layer that does not occur further down. */
interface DistinctLayer {
  readonly layer: ImageLayer;
  readonly number: number;
  readonly counter: ByteCounter;
  readonly keep: ScanKeep;
}

function distinctLayers({ layers }: Image, wanted: readonly number[], keep: ScanImageOptions["keep"]): DistinctLayer[] {
  const distinct = new Map<string, DistinctLayer>();
  for (const number of wanted) {
    const layer = layers[number];
    if (layer === undefined) continue;
    const first = distinct.get(layerKey(layer)) ?? { layer, number, counter: createByteCounter(), keep: KEEP_NOTHING };
    const asked = typeof keep === "function" ? keep(number) : keep;
    distinct.set(layerKey(layer), { ...first, keep: keepBoth(first.keep, asked) });
  }
  return [...distinct.values()];
}

/** In the order of {@link lowestFirst}. With a cache it is not known which layers will be read. */
function readEarly(layers: readonly DistinctLayer[], { options, context }: LayersJob): ReadAhead | undefined {
  if (context.cache !== undefined || !isFarAway(options.source)) return undefined;
  const blobs = distinctBlobs(layers.map(({ layer }) => layer.descriptor));
  blobs.sort((a, b) => b.size - a.size);
  return new ReadAhead(options.source, blobs);
}

async function inputOf(
  { layer, number, counter, keep }: DistinctLayer,
  options: ScanImageOptions,
  early: Pick<Source, "readBlob"> | undefined,
) {
  const { source, lenientTar, look, later = false, ahead } = options;
  const located = await source.locateBlob?.(layer.descriptor);
  const open = () => (early ?? source).readBlob(layer.descriptor);
  const { givesChunks } = source;
  return { ...layer, layer: number, open, givesChunks, located, lenientTar, keep, look, later, ahead, counter };
}
