import type { Context } from "../context.ts";
import type { SquashOptions } from "../squash-options.ts";
import type { BaseFinder, BaseSearch } from "./find-base.ts";
import { checkRanges } from "./layer-range.ts";

/** The options, and where to look for a base. */
export interface SquashSearch extends Omit<BaseSearch, "wanted"> {
  readonly asked: SquashOptions;
}

/**
 * The finder of the base that was asked for; undefined if none was. Impossible ranges and a wrong base of an image in
 * an engine are refused here already, since saving the image takes minutes if it is large.
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
