import type { DeflateMap } from "./deflate-map.ts";

/** Kinds of stretches of a {@link DeflateMap}, where each is described. */
export const STRETCH = { coded: 0, final: 1, stored: 2, mixed: 3 } as const;

/** The stretch that makes the byte at an offset of the tar. */
export function stretchAt({ outStart, length }: DeflateMap, offset: number): number {
  let low = 0;
  let high = length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((outStart[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
