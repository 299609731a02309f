import pLimit from "p-limit";
import type { Context } from "../context.ts";
import { inLayer } from "../errors.ts";
import type { Image, ImageLayer } from "../image/image.ts";
import { formatPlatform } from "../oci/platform.ts";
import { startStage } from "../progress/stage-progress.ts";
import type { Source } from "../transport/contracts.ts";
import type { LayerIndex } from "./layer-index.ts";
import { createScanBudget } from "./scan-budget.ts";
import { scanLayer } from "./scan-layer.ts";

export interface ScanImageOptions {
  readonly source: Source;
  readonly lenientTar: boolean;
}

/**
 * Scans all layers of an image side by side, each distinct blob once, and returns their indexes bottom first. When several layers are bad the lowest one's error is
 * thrown, whichever was found first.
 * @throws what {@link scanLayer} throws
 */
export async function scanImage(image: Image, options: ScanImageOptions, context: Context): Promise<LayerIndex[]> {
  const distinct = [...new Map(image.layers.map((layer, number) => [keyOf(layer), { layer, number }])).values()];
  const total = distinct.reduce((sum, { layer }) => sum + layer.descriptor.size, 0);
  const label = `${image.layers.length} ${image.layers.length === 1 ? "layer" : "layers"}`;
  const stage = startStage((event) => context.report(event), {
    stage: "scan",
    label,
    platform: formatPlatform(image.platform),
    total,
  });
  const budget = createScanBudget(context.limits);
  const indexes = new Map<string, LayerIndex>();
  await lowestFirst(distinct, context, async ({ layer, number }, signal) => {
    const input = {
      ...layer,
      layer: number,
      open: () => options.source.readBlob(layer.descriptor),
      lenientTar: options.lenientTar,
      budget,
      onBytes: (bytes: number) => stage.advance(bytes),
    };
    const index = await inLayer(number, async () => {
      const located = await options.source.locateBlob?.(layer.descriptor);
      return scanLayer({ ...input, located }, { ...context, signal });
    });
    indexes.set(keyOf(layer), index);
  });
  stage.finish();
  return image.layers.map((layer) => indexes.get(keyOf(layer)) as LayerIndex);
}

/** The same bytes may stand in a stack twice; with another diffID they are another layer, and one of the two is wrong. */
function keyOf({ descriptor, diffId }: ImageLayer): string {
  return `${descriptor.digest} ${diffId}`;
}

/** Works on all items side by side. A failure ends the work on the items above it at once, and is thrown unless one below fails too. */
async function lowestFirst<Item>(
  items: readonly Item[],
  context: Context,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = pLimit(context.concurrency);
  const aborts = items.map(() => new AbortController());
  const results = await Promise.allSettled(
    items.map((item, i) =>
      limit(async () => {
        const signal = AbortSignal.any([context.signal, (aborts[i] as AbortController).signal]);
        signal.throwIfAborted();
        try {
          await work(item, signal);
        } catch (error) {
          for (const abort of aborts.slice(i + 1)) abort.abort(error);
          throw error;
        }
      }),
    ),
  );
  context.signal.throwIfAborted();
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
