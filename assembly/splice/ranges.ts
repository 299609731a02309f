import { RANGES } from "./memory";
import { REACH } from "./window";

/**
 * Earlier copies from the stream that is walked, the latest last: half-open ranges of offsets in its tar, each with its
 * shift (output position minus tar offset).
 */

let count: u32 = 0;
/** Where the current copy begins in its tar, and its shift. */
let copyStart: i64 = 0;
let copyShift: i64 = 0;

/** Starts a copy. The first `earlier` ranges in RANGES may still be within reach. */
export function beginRange(start: i64, shift: i64, earlier: u32): void {
  copyStart = start;
  copyShift = shift;
  count = earlier;
}

/**
 * The distance in the output to the bytes to which a match at an offset of the tar refers: unchanged if they belong to
 * the current copy, changed if all of them are in one earlier copy, 0 if they are missing or too far back.
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
