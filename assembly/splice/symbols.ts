/**
 * The symbol for a length or a distance, and its number of extra bits. Format: the tables of RFC 1951 §3.2.5; after the
 * first few values each number of extra bits has four length codes and two distance codes, so everything can be
 * computed from the position of the highest bit.
 */

/** The end of a block. */
export const END_SYMBOL: u32 = 256;

/** The literal/length symbol of a match of 3…258 bytes. */
export function lengthSymbol(length: u32): u32 {
  const value = length - 3;
  if (value < 8) return 257 + value;
  if (length === 258) return 285;
  const extra = 29 - clz(value);
  return 257 + 4 * (extra + 1) + ((value >> extra) & 3);
}

/** The number of extra bits after a length symbol; they are the lowest bits of the length minus 3. */
export function lengthExtra(symbol: u32): u32 {
  return symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >> 2;
}

/** The distance symbol of 1…32768 bytes. */
export function distanceSymbol(distance: u32): u32 {
  const value = distance - 1;
  if (value < 4) return value;
  const extra = 30 - clz(value);
  return 2 * (extra + 1) + ((value >> extra) & 1);
}

/** The number of extra bits after a distance symbol; they are the lowest bits of the distance minus 1. */
export function distanceExtra(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol - 2) >> 1;
}
