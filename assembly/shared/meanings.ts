import {
  DISTANCE_CODES,
  DISTANCE_MEANINGS,
  LITERAL_CODES,
  LITERAL_MEANINGS,
  PRECODE_MEANINGS,
  PRECODES,
} from "./memory";
import { END, LITERAL, SPECIAL } from "./table-entry";

/**
 * Writes the meaning of every symbol, as a table entry that only lacks the bits of its code. Call it once, before any
 * table is built.
 */
export function writeMeanings(): void {
  for (let symbol: u32 = 0; symbol < LITERAL_CODES; symbol++) {
    store<u32>(LITERAL_MEANINGS + symbol * 4, literalMeaning(symbol));
  }
  for (let symbol: u32 = 0; symbol < DISTANCE_CODES; symbol++) {
    store<u32>(DISTANCE_MEANINGS + symbol * 4, distanceMeaning(symbol));
  }
  for (let symbol: u32 = 0; symbol < PRECODES; symbol++) {
    store<u32>(PRECODE_MEANINGS + symbol * 4, precodeMeaning(symbol));
  }
}

/**
 * Format: 0…255 are bytes, 256 ends the block, 257…264 are the lengths 3…10, then each number of extra bits has four
 * codes, 285 is 258, and 286 and 287 are part of the fixed code but never occur. RFC 1951 §3.2.5
 */
function literalMeaning(symbol: u32): u32 {
  if (symbol < 256) return LITERAL | (symbol << 16);
  if (symbol === 256) return SPECIAL | END;
  if (symbol === 285) return 258 << 16;
  if (symbol > 285) return SPECIAL;
  const index = symbol - 257;
  if (index < 8) return (3 + index) << 16;
  const extra = (index >> 2) - 1;
  return ((3 + ((4 + (index & 3)) << extra)) << 16) | extra;
}

/**
 * Format: 0…3 are the distances 1…4, then each number of extra bits has two codes; 30 and 31 are part of the fixed code
 * but never occur. RFC 1951 §3.2.5
 */
function distanceMeaning(symbol: u32): u32 {
  if (symbol > 29) return SPECIAL;
  if (symbol < 4) return (1 + symbol) << 16;
  const extra = (symbol >> 1) - 1;
  return ((1 + ((2 + (symbol & 1)) << extra)) << 16) | extra;
}

/**
 * Format: 0…15 are lengths, 16 repeats the last one 3…6 times, 17 zero 3…10 times, 18 zero 11…138 times. RFC 1951
 * §3.2.7
 */
function precodeMeaning(symbol: u32): u32 {
  if (symbol < 16) return symbol << 24;
  if (symbol === 16) return (16 << 24) | (3 << 16) | 2;
  if (symbol === 17) return (17 << 24) | (3 << 16) | 3;
  return (18 << 24) | (11 << 16) | 7;
}
