import type { FlattenOptions } from "../../index.ts";
import type { SquashFlags } from "../commands/squash-options.ts";
import { byteSize, given, wholeNumber } from "../option-values.ts";
import { definedOnly } from "./run-options.ts";

/** The most that Docker accepts in one image. */
const MOST_LAYERS = 125;

/**
 * Which layers become one, as options of the library, which checks their combinations.
 * @throws UsageError ARGUMENT_INVALID
 */
export function squashOptions({ layers, base, maxLayers, mergeSmallerThan, split }: SquashFlags): FlattenOptions {
  return definedOnly<FlattenOptions>({
    split: given(split, wholeNumber("--split", 1, MOST_LAYERS)),
    layers,
    base,
    maxLayers: given(maxLayers, wholeNumber("--max-layers", 1)),
    mergeSmallerThan: given(mergeSmallerThan, byteSize("--merge-smaller-than", 1)),
  });
}
