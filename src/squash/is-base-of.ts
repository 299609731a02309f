import type { ImageLayer } from "../image/image.ts";
import type { Digest } from "../oci/digest.ts";

/** The part of an image that says whether it is the base of another one. */
export interface BaseImage {
  readonly layers: readonly Pick<ImageLayer, "diffId">[];
  /** Of its manifest, if it has one of its own. */
  readonly digest?: Digest | undefined;
}

/** Whether an image starts with all layers of another one. */
export function isBaseOf({ layers }: BaseImage, image: Pick<BaseImage, "layers">): boolean {
  return layers.length > 0 && sharedLayers(layers, image.layers) === layers.length;
}

/** How many layers two stacks have in common, from the bottom up. */
export function sharedLayers(base: BaseImage["layers"], layers: BaseImage["layers"]): number {
  const apart = base.findIndex(({ diffId }, at) => layers[at]?.diffId !== diffId);
  return apart === -1 ? base.length : apart;
}
