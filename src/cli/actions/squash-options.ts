import type { FlattenOptions } from "../../index.ts";
import type { SquashFlags } from "../commands/squash-options.ts";
import { byteSize, wholeNumber } from "../option-values.ts";
import { definedOnly } from "./run-options.ts";

/**
 * Which layers become one, as options of the library, which checks their combinations.
 * @throws UsageError ARGUMENT_INVALID
 */
export function squashOptions({ layers, base, maxLayers, mergeSmallerThan, split }: SquashFlags): FlattenOptions {
  return definedOnly<FlattenOptions>({
    split: split === undefined ? undefined : wholeNumber("--split", 1)(split),
    layers,
    base,
    maxLayers: maxLayers === undefined ? undefined : wholeNumber("--max-layers", 1)(maxLayers),
    mergeSmallerThan: mergeSmallerThan === undefined ? undefined : byteSize("--merge-smaller-than")(mergeSmallerThan),
  });
}
