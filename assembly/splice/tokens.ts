import { DISTANCE_COUNTS, DISTANCES, LITERAL_COUNTS, LITERALS, MAX_TOKENS, TOKENS } from "./memory";
import { distanceExtra, distanceSymbol, END_SYMBOL, lengthExtra, lengthSymbol } from "./symbols";

/**
 * The tokens of the block that is being collected. A literal is its byte; a match has its length in the lowest 9 bits,
 * and above them its distance, at least 1. Symbols are counted as tokens are added.
 */

export let tokenCount: u32 = 0;
/** Bytes that the tokens produce. */
export let tokenBytes: u32 = 0;
/** Total number of their extra bits. */
export let extraBits: u32 = 0;

export function tokensFull(): bool {
  return tokenCount === MAX_TOKENS;
}

/** Adds a byte. There must be room. */
export function addLiteral(byte: u32): void {
  store<u32>(TOKENS + tokenCount++ * 4, byte);
  tokenBytes++;
  count(LITERAL_COUNTS + byte * 4);
}

/** Adds a match of 3…258 bytes, 1…32768 bytes back. There must be room. */
export function addMatch(length: u32, distance: u32): void {
  store<u32>(TOKENS + tokenCount++ * 4, (distance << 9) | length);
  tokenBytes += length;
  const lengthCode = lengthSymbol(length);
  const distanceCode = distanceSymbol(distance);
  extraBits += lengthExtra(lengthCode) + distanceExtra(distanceCode);
  count(LITERAL_COUNTS + lengthCode * 4);
  count(DISTANCE_COUNTS + distanceCode * 4);
}

/** Starts the next block; its end-of-block symbol is already counted. */
export function clearTokens(): void {
  tokenCount = 0;
  tokenBytes = 0;
  extraBits = 0;
  memory.fill(LITERAL_COUNTS, 0, LITERALS * 4);
  memory.fill(DISTANCE_COUNTS, 0, DISTANCES * 4);
  store<u32>(LITERAL_COUNTS + END_SYMBOL * 4, 1);
}

export function tokenLength(token: u32): u32 {
  return token & 511;
}

/** 0 for a literal. */
export function tokenDistance(token: u32): u32 {
  return token >> 9;
}

function count(place: usize): void {
  store<u32>(place, load<u32>(place) + 1);
}
