import { LENGTH_COUNTS, LENGTH_STARTS, SORTED_SYMBOLS } from "./memory";
import { codeBits, LINK, SPECIAL } from "./table-entry";

/**
 * Decoding tables. Format: a code is canonical, defined by the lengths of its words; words are stored with their first
 * bit lowest, so a table is indexed by the *reversed* word (RFC 1951 §3.2.2). Code: words have up to 15 bits, but a
 * table of 2^15 entries would be wasteful; so the first level has `tableBits`, and words longer than that share entries
 * that link to a second level.
 */

/** Where the lengths of a code are, and how to build its table. Laid over memory: see codes.ts. */
@unmanaged
export class Code {
  /** Address of one u8 per symbol: the bits of its word, 0 for none. */
  lengths: usize;
  /** Address of one u32 per symbol: see meanings.ts. */
  meanings: usize;
  /** Address of the table to build. */
  table: usize;
  /** Bits that index the first level of the table. */
  tableBits: u32;
  /** Whether a single word of one bit is also a valid code. */
  mayBeAlone: bool;
}

const MAX_LENGTH: u32 = 15;

/**
 * Builds the decoding table of the first `symbols` symbols of a code. Returns false if the lengths are no valid code:
 * over-subscribed, or incomplete. As in zlib, two incomplete codes are accepted: one without any word, and one with a
 * single word of one bit if it `mayBeAlone`; their unused words get entries of one bit without meaning. (A precode
 * without any word reads as length 0 everywhere, which ends in END_OF_BLOCK_MISSING, as in zlib.)
 */
export function buildTable(code: Code, symbols: u32): bool {
  const longest = countLengths(code.lengths, symbols);
  const left = unusedWords(longest);
  if (left < 0) return false;
  sortSymbols(code.lengths, symbols);
  if (left > 0) {
    if (longest > (code.mayBeAlone ? 1 : 0)) return false;
    fillAlone(code, longest);
    return true;
  }
  fillComplete(code);
  return true;
}

/** Counts the words of each length; returns the longest length. */
function countLengths(lengths: usize, symbols: u32): u32 {
  memory.fill(LENGTH_COUNTS, 0, (MAX_LENGTH + 1) * 2);
  let longest: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    setCount(length, countOf(length) + 1);
    longest = max(longest, length);
  }
  setCount(0, 0);
  return longest;
}

/** The number of unused words of the longest length; negative if there are more words than can be distinguished. */
function unusedWords(longest: u32): i32 {
  let left: i32 = 1;
  for (let length: u32 = 1; length <= longest; length++) {
    left = (left << 1) - <i32>countOf(length);
    if (left < 0) return left;
  }
  return left;
}

/** Orders the symbols that have words by length, then by number, which is the order of the words. */
function sortSymbols(lengths: usize, symbols: u32): void {
  let start: u32 = 0;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    store<u16>(LENGTH_STARTS + length * 2, <u16>start);
    start += countOf(length);
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length === 0) continue;
    const place = LENGTH_STARTS + length * 2;
    const position = <u32>load<u16>(place);
    store<u16>(SORTED_SYMBOLS + position * 2, <u16>symbol);
    store<u16>(place, <u16>(position + 1));
  }
}

function fillAlone(code: Code, longest: u32): void {
  const nothing = SPECIAL | codeBits(1);
  const only = longest === 1 ? meaningOf(code, 0) + codeBits(1) : nothing;
  for (let index: u32 = 0; index < 1 << code.tableBits; index += 2) {
    store<u32>(code.table + index * 4, only);
    store<u32>(code.table + index * 4 + 4, nothing);
  }
}

/**
 * Fills the first level by length: for words of one length it has 2^length entries; for the next length it is doubled
 * by copying, since an entry for a shorter word applies whatever the next bit is.
 */
function fillComplete(code: Code): void {
  let word: u32 = 0;
  let position: u32 = 0;
  let entries: u32 = 1;
  for (let length: u32 = 1; length <= code.tableBits; length++) {
    memory.copy(code.table + entries * 4, code.table, entries * 4);
    entries <<= 1;
    for (let count = countOf(length); count > 0; count--) {
      store<u32>(code.table + word * 4, meaningOf(code, position++) + codeBits(length));
      word = nextWord(word, length);
    }
  }
  fillSecondLevel(code, word, position);
}

/**
 * Adds the words that are longer than the index of the first level. All words that share its bits are adjacent in the
 * order of the words.
 */
function fillSecondLevel(code: Code, firstWord: u32, firstPosition: u32): void {
  const prefixMask: u32 = (1 << code.tableBits) - 1;
  let word = firstWord;
  let position = firstPosition;
  let prefix: u32 = u32.MAX_VALUE;
  let start: u32 = 0;
  let end: u32 = 1 << code.tableBits;
  for (let length = code.tableBits + 1; length <= MAX_LENGTH; length++) {
    const step: u32 = 1 << (length - code.tableBits);
    for (let count = countOf(length); count > 0; count--) {
      if ((word & prefixMask) !== prefix) {
        prefix = word & prefixMask;
        const bits = secondLevelBits(length, count, code.tableBits);
        start = end;
        end += 1 << bits;
        store<u32>(code.table + prefix * 4, (start << 16) | SPECIAL | LINK | (bits << 8) | code.tableBits);
      }
      const entry = meaningOf(code, position++) + codeBits(length - code.tableBits);
      for (let index = start + (word >> code.tableBits); index < end; index += step) {
        store<u32>(code.table + index * 4, entry);
      }
      word = nextWord(word, length);
    }
  }
}

/**
 * Bits that index a second level: as many as its longest word needs. Its shortest word has `length` bits, and `count`
 * words of that length are left.
 */
function secondLevelBits(length: u32, count: u32, tableBits: u32): u32 {
  let bits = length - tableBits;
  let used = count;
  while (used < 1 << bits) {
    bits++;
    used = (used << 1) + countOf(tableBits + bits);
  }
  return bits;
}

/**
 * The word after a reversed word of `length` bits: adds one at its highest bit, with the carry going down. The last
 * word is followed by 0.
 */
function nextWord(word: u32, length: u32): u32 {
  const zeros = ~word & ((1 << length) - 1);
  if (zeros === 0) return 0;
  const highest: u32 = 1 << (31 - clz(zeros));
  return (word & (highest - 1)) | highest;
}

function meaningOf(code: Code, position: u32): u32 {
  return load<u32>(code.meanings + <u32>load<u16>(SORTED_SYMBOLS + position * 2) * 4);
}

function countOf(length: u32): u32 {
  return load<u16>(LENGTH_COUNTS + length * 2);
}

function setCount(length: u32, count: u32): void {
  store<u16>(LENGTH_COUNTS + length * 2, <u16>count);
}
