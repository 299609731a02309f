import { RANGES } from "./memory";
import { REACH } from "./window";

/**
 * Earlier copies out of the stream that is walked, the latest last: offsets in its tar, half-open, and how far each was
 * moved (output position less tar offset).
 */

let count: u32 = 0;
/** Where the present copy begins in its tar, and how far it is moved. */
let copyStart: i64 = 0;
let copyShift: i64 = 0;

/** Begins a copy. The first `earlier` ranges of memory are those that may still be within reach. */
export function beginRange(start: i64, shift: i64, earlier: u32): void {
  copyStart = start;
  copyShift = shift;
  count = earlier;
}

/**
 * The distance at which the bytes that a match at an offset of the tar refers to lie in the output: the same one when
 * they belong to this copy, another one when all of them came with one earlier copy, 0 when they are not there, or too
 * far back.
 */
export function distanceInOutput(offset: i64, length: u32, distance: u32): u32 {
  const source = offset - distance;
  if (source >= copyStart) return distance;
  for (let range = RANGES + count * 24; range > RANGES; ) {
    range -= 24;
    if (source < load<i64>(range) || source + length > load<i64>(range + 8)) continue;
    const moved = <i64>distance + copyShift - load<i64>(range + 16);
    if (moved >= 1 && moved <= <i64>REACH) return <u32>moved;
  }
  return 0;
}
