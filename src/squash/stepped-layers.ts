import type { Image } from "../image/image.ts";

/** An image; before its config is read, its layers alone. */
export interface SteppedImage {
  /** Bottom first. */
  readonly layers: readonly unknown[];
  readonly config?: Image["config"];
}

/**
 * The layer that each entry of an image's history made, oldest first; undefined for one that made none, or for which no
 * layer is left. image-spec config.md (`history`)
 */
export function steppedLayers({ config, layers }: SteppedImage): readonly (number | undefined)[] {
  let next = 0;
  return (config?.json.history ?? []).map(({ empty_layer: empty }) => {
    if (empty === true || next >= layers.length) return undefined;
    next += 1;
    return next - 1;
  });
}
