import type { Context } from "../context.ts";
import { type Image, layerKey } from "../image/image.ts";
import { eachLayer, type ScanImageOptions } from "./each-layer.ts";
import type { LayerIndex } from "./layer-index.ts";
import { readLayer } from "./scan-layer.ts";

/** Indexes of layers, bottom first, some of which were left unread. */
export interface UnreadLayers {
  readonly indexes: readonly LayerIndex[];
  /** Numbers of the layers whose bytes are needed. */
  readonly needed: ReadonlySet<number>;
}

/**
 * Reads the unread layers of an image whose bytes are needed, concurrently, and returns the indexes with the kept
 * bytes; other unread layers stay unread.
 * @throws what {@link readLayer} throws
 */
export async function readUnread(
  { image, indexes, needed }: UnreadLayers & { readonly image: Image },
  options: ScanImageOptions,
  context: Context,
): Promise<readonly LayerIndex[]> {
  const unread = new Map(indexes.filter((index) => index.unread).map((index) => [layerKey(index), index]));
  const wanted = [...needed].filter((number) => indexes[number]?.unread === true).sort((a, b) => a - b);
  if (wanted.length === 0) return indexes;
  const read = await eachLayer({
    ...{ image, wanted, options, context },
    work: (input, layerContext) => readLayer(input, unread.get(layerKey(input)) as LayerIndex, layerContext),
  });
  return indexes.map((index) => read.get(layerKey(index)) ?? index);
}
