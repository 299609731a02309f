import { writeBlock } from "./block-writer";
import { findMatch, MAX_MATCH, MIN_MATCH, matchDistance, rememberUntil } from "./matcher";
import { addLiteral, addMatch, tokensFull } from "./tokens";
import { addressOf } from "./window";

/**
 * Matches at least this long are used without checking whether a longer one begins at the next byte. zlib's value for
 * level 6.
 */
const LAZY: u32 = 16;

/**
 * Converts the bytes between two positions to tokens: uses the longest match at each byte, unless a longer one begins
 * at the next byte.
 */
export function compress(start: u32, end: u32): void {
  let lastLength: u32 = 0;
  let lastDistance: u32 = 0;
  let waiting = false;
  let position = start;
  while (position !== end) {
    rememberUntil(position, end);
    let length = lastLength;
    if (lastLength < LAZY) length = findMatch(position, min(end - position, MAX_MATCH), max(lastLength, MIN_MATCH - 1));
    if (lastLength >= MIN_MATCH && length <= lastLength) {
      putMatch(position - 1, lastLength, lastDistance);
      position += lastLength - 1;
      lastLength = 0;
      waiting = false;
      continue;
    }
    if (waiting) putLiteral(position - 1);
    lastLength = length;
    lastDistance = matchDistance;
    waiting = true;
    position++;
  }
  if (waiting) putLiteral(end - 1);
}

/** Adds a match to the block; if the block is full, writes it first. */
export function putMatch(position: u32, length: u32, distance: u32): void {
  if (tokensFull()) writeBlock(position);
  addMatch(length, distance);
}

/** Adds the byte at a position to the block; if the block is full, writes it first. */
export function putLiteral(position: u32): void {
  if (tokensFull()) writeBlock(position);
  addLiteral(load<u8>(addressOf(position)));
}
