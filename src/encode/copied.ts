import type { CopyMethod, EncodedLayer } from "../transport/contracts.ts";

/** How bytes of a tar came into a layer: the given counts, and 0 for all other ways. */
export function copied(bytes: Partial<Record<CopyMethod, number>>): EncodedLayer["copied"] {
  return { verbatim: 0, spliced: 0, transcoded: 0, stored: 0, recompressed: 0, ...bytes };
}
