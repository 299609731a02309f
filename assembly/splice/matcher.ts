import { CHAIN, HEADS, HEADS3 } from "./memory";
import { addressOf, REACH, reachBefore } from "./window";

/**
 * Finds earlier bytes that repeat. Positions at which the same four bytes begin are chained by a hash, the latest
 * first; of those with the same three bytes only the latest is known. What is remembered is never trusted: bytes are
 * compared, and distances too long are passed over, so nothing has to be forgotten when the tar moves on.
 */

export const MIN_MATCH: u32 = 3;
export const MAX_MATCH: u32 = 258;

/**
 * Candidates that are looked at; a quarter of them when what was found before is good already. The figures are zlib's
 * for level 6.
 */
const DEPTH: u32 = 128;
const GOOD: u32 = 8;
/** A match this long is not searched further. */
const NICE: u32 = 128;
/** A match of three bytes from farther back costs more than three literals, as a rule. */
const TOO_FAR: u32 = 4096;

/** The next position that is not in the chains. */
let remembered: u32 = 0;

/** What {@link findMatch} found: 1…32768 bytes back. */
export let matchDistance: u32 = 0;

/**
 * Puts all positions before `end` into the chains that are within reach of it. Four bytes must be there at each, so the
 * last three before `known` wait.
 */
export function rememberUntil(end: u32, known: u32): void {
  if (end - remembered > REACH) remembered = reachBefore(end);
  while (remembered !== end && known - remembered >= 4) remember(remembered++);
}

/**
 * The length of the longest match at a position, of at most `limit` bytes, when it is longer than `best`; otherwise
 * `best`.
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
    // Only a match that goes beyond the best one matters, so its last byte is looked at first.
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

/** How many bytes are the same at two addresses, at most `limit`. */
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
