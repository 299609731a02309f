import type { SharedSource } from "../../transport/shared-places.ts";

/**
 * The numbers of sources in the order in which to read them: the images of a batch, which are saved together, one after
 * another.
 */
export function readingOrder(sources: readonly (Pick<SharedSource, "batch"> | undefined)[]): readonly number[] {
  const batches = Map.groupBy(sources.keys(), (number) => sources[number]?.batch ?? number);
  return [...batches.values()].flat();
}
