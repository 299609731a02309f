import type { Context } from "../context.ts";
import type { SquashOptions } from "../squash-options.ts";
import type { BaseFinder, BaseSearch } from "./find-base.ts";
import { checkRanges } from "./layer-range.ts";

/** What was asked for, and what a base is looked for with. */
export interface SquashSearch extends Omit<BaseSearch, "wanted"> {
  readonly asked: SquashOptions;
}

/**
 * What finds the base that was asked for, and is loaded only then. Of an image that an engine would have to save first,
 * which takes minutes where it is large, ranges that it cannot have and a wrong base are refused here already.
 * @throws UsageError ARGUMENT_INVALID, and what finding a base throws
 */
export async function startSquash(
  { asked, ...where }: SquashSearch,
  context: Context,
): Promise<BaseFinder | undefined> {
  const { layers, base: wanted } = asked;
  const { diffIds } = where.from;
  if (layers !== undefined && diffIds !== undefined) checkRanges([layers].flat(), diffIds);
  if (wanted === undefined) return undefined;
  const { createBaseFinder } = await import("./find-base.ts");
  const finder = createBaseFinder({ wanted, ...where }, context);
  await finder.check();
  return finder;
}
