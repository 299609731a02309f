import { DISTANCE_COUNTS, DISTANCES, LITERAL_COUNTS, LITERALS, MAX_TOKENS, TOKENS } from "./memory";
import { distanceExtra, distanceSymbol, END_SYMBOL, lengthExtra, lengthSymbol } from "./symbols";

/**
 * The tokens of the block that is being collected: a literal is its byte, a match is its distance, at least 1, above 9
 * bits of its length. Their symbols are counted as they come.
 */

export let tokenCount: u32 = 0;
/** Bytes that the tokens make. */
export let tokenBytes: u32 = 0;
/** Extra bits of all of them. */
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

/** Begins the next block, which will have an end. */
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
