import { UsageError } from "../errors.ts";
import { describeLayers } from "../image/describe-layers.ts";
import type { OneImage } from "./one-image.ts";

/** Layers from `first` to `last`, 0 = bottom, inclusive; without `last` up to the top. */
export interface LayerRange {
  readonly first: number;
  readonly last?: number | undefined;
}

/**
 * The numbers of the layers in a range; without one, of all layers.
 * @throws UsageError ARGUMENT_INVALID for a range with layers that the image does not have
 */
export function layerNumbers(
  range: LayerRange | undefined,
  { image, from }: Pick<OneImage, "image" | "from">,
): number[] {
  const count = image.layers.length;
  const { first, last = count - 1 } = range ?? { first: 0 };
  const isNumber = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < count;
  if (range !== undefined && !(isNumber(first) && isNumber(last) && first <= last)) {
    const wanted = first === last ? `layer ${first}` : `layers ${first} to ${last}`;
    const has = `${from.reference.text} has no ${wanted}: it has ${describeLayers(count)}`;
    throw new UsageError("ARGUMENT_INVALID", has);
  }
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
