import type { Context } from "../context.ts";
import type { BaseFinder, BaseSearch } from "./find-base.ts";

/**
 * What finds the base that was asked for, and is loaded only then. Of an image that an engine would have to save first, which takes minutes where it is large, a wrong base is refused here already.
 * @throws what finding a base throws
 */
export async function startBaseFinder(
  { wanted, ...where }: Omit<BaseSearch, "wanted"> & { readonly wanted: string | undefined },
  context: Context,
): Promise<BaseFinder | undefined> {
  if (wanted === undefined) return undefined;
  const { createBaseFinder } = await import("./find-base.ts");
  const finder = createBaseFinder({ wanted, ...where }, context);
  await finder.check();
  return finder;
}
