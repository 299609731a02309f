import type { Image } from "../image/image.ts";

/** Whether an image starts with all layers of another one. */
export function isBaseOf({ layers }: Image, image: Image): boolean {
  return layers.length > 0 && sharedLayers(layers, image.layers) === layers.length;
}

/** How many layers two stacks have in common, from the bottom up. */
export function sharedLayers(base: Image["layers"], layers: Image["layers"]): number {
  const apart = base.findIndex(({ diffId }, at) => layers[at]?.diffId !== diffId);
  return apart === -1 ? base.length : apart;
}
