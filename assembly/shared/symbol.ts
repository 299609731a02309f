import { lowBits, peekBits } from "./bits";
import { DISTANCE_TABLE, DISTANCE_TABLE_BITS, LITERAL_TABLE, LITERAL_TABLE_BITS } from "./memory";
import { DISTANCE_INVALID, DONE, LITERAL_INVALID, NEED_INPUT } from "./status";
import { END, entryBits, entryValue, LINK, LITERAL, linkedEntry, SPECIAL } from "./table-entry";

/**
 * Facts about the symbol that was read last. Bytes that it produces: 3…258 for a match, 1 for a literal, 0 for the end
 * of the block.
 */
export let symbolLength: u32 = 0;
/** How many bytes back the match begins, 1…32768; 0 for a literal. */
export let symbolDistance: u32 = 0;
/** The byte of a literal. */
export let symbolByte: u32 = 0;
/** Bit address of the symbol's end, after its extra bits. */
export let symbolEnd: usize = 0;

/**
 * Reads the symbol at a bit address, from input up to `end`, with the tables of the last header. The facts above are
 * valid if it returns DONE. Does not check whether the distance is too far. A symbol has at most 48 bits, so one word
 * is enough.
 */
export function readSymbol(start: usize, end: usize): i32 {
  const word = peekBits(start);
  let entry = load<u32>(LITERAL_TABLE + lowBits(word, LITERAL_TABLE_BITS) * 4);
  let used: u32 = 0;
  if (entry & LINK) {
    used = entryBits(entry);
    entry = load<u32>(LITERAL_TABLE + linkedEntry(entry, word >> used) * 4);
  }
  symbolDistance = 0;
  symbolEnd = start + used + entryBits(entry);
  // Bits after the end may have been used, but have no effect unless they are part of the symbol.
  if (symbolEnd > end) return NEED_INPUT;
  if (entry & LITERAL) {
    symbolByte = (entry >> 16) & 0xff;
    symbolLength = 1;
    return DONE;
  }
  if (entry & SPECIAL) {
    symbolLength = 0;
    return entry & END ? DONE : LITERAL_INVALID;
  }
  symbolLength = entryValue(entry, word >> used);
  return readDistance(word >> (symbolEnd - start), end);
}

/** Reads the distance at symbolEnd, which is in the lowest bits of `word`, and advances symbolEnd. */
function readDistance(word: u64, end: usize): i32 {
  let entry = load<u32>(DISTANCE_TABLE + lowBits(word, DISTANCE_TABLE_BITS) * 4);
  let used: u32 = 0;
  if (entry & LINK) {
    used = entryBits(entry);
    entry = load<u32>(DISTANCE_TABLE + linkedEntry(entry, word >> used) * 4);
  }
  symbolEnd += used + entryBits(entry);
  if (symbolEnd > end) return NEED_INPUT;
  symbolDistance = entryValue(entry, word >> used);
  return entry & SPECIAL ? DISTANCE_INVALID : DONE;
}
