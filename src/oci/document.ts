import type { Descriptor } from "./descriptor.ts";

/**
 * Parsed JSON with the exact bytes it was parsed from, so that unknown properties survive and an unchanged document
 * keeps its digest.
 */
export interface Document<T> {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly json: T;
}
