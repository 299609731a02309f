import type { Context } from "../context.ts";
import { type Image, layerKey } from "../image/image.ts";
import { eachLayer, type ScanImageOptions } from "./each-layer.ts";
import type { LayerIndex } from "./layer-index.ts";
import { scanLayer } from "./scan-layer.ts";

/**
 * Scans all layers of an image, or only some, concurrently and each distinct blob once, and returns their indexes,
 * bottom first. If several layers are bad, the error of the lowest one is thrown, even if another was found first.
 * @throws what {@link scanLayer} throws
 */
export async function scanImage(image: Image, options: ScanImageOptions, context: Context): Promise<LayerIndex[]> {
  const wanted = [...image.layers.keys()].filter((number) => options.only?.includes(number) ?? true);
  const found = await eachLayer({ image, wanted, options, context, work: scanLayer });
  const layers = image.layers.filter((_, number) => wanted.includes(number));
  return layers.map((layer) => found.get(layerKey(layer)) as LayerIndex);
}
