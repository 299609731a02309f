import { firstFrom } from "../bytes/first-from.ts";
import type { DeflateMap } from "./deflate-map.ts";

/** Kinds of stretches, described at {@link DeflateMap}. */
export const STRETCH = { coded: 0, final: 1, stored: 2, mixed: 3 } as const;

/** The stretch that produces the byte at an offset of the tar. */
export function stretchAt({ outStart }: DeflateMap, offset: number): number {
  return firstFrom(outStart, offset + 1) - 1;
}
