import { CHAIN, HEADS, HEADS3 } from "./memory";
import { addressOf, REACH, reachBefore } from "./window";

/**
 * Finds earlier occurrences of the next bytes. Positions with the same hash of four bytes are chained, the latest
 * first; for three bytes only the latest position is stored. Stored positions are only candidates: their bytes are
 * compared, and distances that are too long are ignored, so nothing has to be removed when the window moves.
 */

export const MIN_MATCH: u32 = 3;
export const MAX_MATCH: u32 = 258;

/**
 * Maximum number of candidates that are compared; a quarter of it if the match found before has at least GOOD bytes.
 * The values are zlib's for level 6.
 */
const DEPTH: u32 = 128;
const GOOD: u32 = 8;
/** If a match is at least this long, no longer one is searched. */
const NICE: u32 = 128;
/** A match of three bytes from farther back usually costs more than three literals. */
const TOO_FAR: u32 = 4096;

/** The first position that is not in the chains yet. */
let remembered: u32 = 0;

/** Distance of the match that {@link findMatch} found: 1…32768. */
export let matchDistance: u32 = 0;

/**
 * Adds all positions before `end` and within its reach to the chains. Each needs four bytes, so the last three
 * positions before `known`, the end of the known bytes, are left for later.
 */
export function rememberUntil(end: u32, known: u32): void {
  if (end - remembered > REACH) remembered = reachBefore(end);
  while (remembered !== end && known - remembered >= 4) remember(remembered++);
}

/**
 * The length of the longest match at a position, at most `limit`, if that is longer than `best`; otherwise `best`.
 */
export function findMatch(position: u32, limit: u32, best: u32): u32 {
  if (limit < 4) return best;
  const here = addressOf(position);
  const word = load<u32>(here);
  const reach = position - reachBefore(position);
  let length = best;
  if (length < MIN_MATCH) length = findThree(position, word, limit, length, reach);
  let left = best >= GOOD ? DEPTH >> 2 : DEPTH;
  let candidate = load<u32>(HEADS + hash4(word) * 4);
  let distance: u32 = 0;
  while (left-- > 0) {
    const farther = position - candidate;
    if (farther <= distance || farther > reach) break;
    distance = farther;
    const there = here - distance;
    // Only a match longer than the best one is of use, so the byte after that length is compared first.
    if (load<u8>(there + length) === load<u8>(here + length) && load<u32>(there) === word) {
      const common = commonLength(here, there, limit);
      if (common > length) {
        length = common;
        matchDistance = distance;
        if (length >= NICE || length >= limit) break;
      }
    }
    candidate = load<u32>(CHAIN + (candidate & (REACH - 1)) * 4);
  }
  return length;
}

function findThree(position: u32, word: u32, limit: u32, best: u32, reach: u32): u32 {
  const distance = position - load<u32>(HEADS3 + hash3(word) * 4);
  if (distance === 0 || distance > min(reach, TOO_FAR)) return best;
  const here = addressOf(position);
  const there = here - distance;
  if (((load<u32>(there) ^ word) & 0xff_ffff) !== 0) return best;
  matchDistance = distance;
  return commonLength(here, there, limit);
}

function remember(position: u32): void {
  const word = load<u32>(addressOf(position));
  const head = HEADS + hash4(word) * 4;
  store<u32>(CHAIN + (position & (REACH - 1)) * 4, load<u32>(head));
  store<u32>(head, position);
  store<u32>(HEADS3 + hash3(word) * 4, position);
}

/** The number of equal bytes at two addresses, at most `limit`. */
function commonLength(a: usize, b: usize, limit: u32): u32 {
  let length: u32 = 0;
  while (length < limit) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length);
    if (difference !== 0) return min(length + (<u32>ctz(difference) >> 3), limit);
    length += 8;
  }
  return limit;
}

function hash4(word: u32): u32 {
  return (word * 0x9e37_79b1) >> 17;
}

function hash3(word: u32): u32 {
  return ((word << 8) * 0x9e37_79b1) >> 17;
}
