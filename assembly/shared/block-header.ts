import { alignBits, lowBits, peekBits } from "./bits";
import { DISTANCE_CODE, LITERAL_CODE, PRECODE } from "./codes";
import { buildTable } from "./huffman";
import { CODE_LENGTHS, DISTANCE_CODES, LITERAL_CODES, PRECODE_LENGTHS, PRECODE_TABLE, PRECODES } from "./memory";
import {
  BLOCK_TYPE_INVALID,
  CODE_LENGTH_CODE_INVALID,
  DISTANCE_CODE_INVALID,
  DONE,
  END_OF_BLOCK_MISSING,
  LITERAL_CODE_INVALID,
  NEED_INPUT,
  REPEAT_INVALID,
  STORED_LENGTH_INVALID,
  TOO_MANY_CODES,
} from "./status";
import { entryBits, entryValue } from "./table-entry";

/** Kinds of blocks. RFC 1951 §3.2.3 */
export const STORED_BLOCK: u32 = 0;
export const FIXED_BLOCK: u32 = 1;
export const DYNAMIC_BLOCK: u32 = 2;

/** Facts about the header that was read last: whether its block is the last one of its member. */
export let blockIsFinal: bool = false;
/** The kind of its block. */
export let blockType: u32 = 0;
/** Bytes of a stored block. */
export let storedLength: u32 = 0;
/** Bit address of the end of the header: of the first symbol, or of the first byte of a stored block. */
export let headerEnd: usize = 0;

/** Whether the tables are those of the fixed code, so that they need not be built again for the next such block. */
let tablesAreFixed: bool = false;

/** The order in which the lengths of the precode are stored, seldom used ones last. RFC 1951 §3.2.7 */
const PRECODE_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/**
 * Reads the header of the block at a bit address, from input up to `end`, and builds its tables, for readSymbol. The
 * facts above are valid if it returns DONE. A header has at most 2283 bits; if some are missing (NEED_INPUT), call it
 * again later with the same start.
 */
export function readBlockHeader(start: usize, end: usize): i32 {
  const at = start + 3;
  if (at > end) return NEED_INPUT;
  const word = <u32>peekBits(start);
  blockIsFinal = (word & 1) !== 0;
  blockType = (word >> 1) & 3;
  if (blockType === STORED_BLOCK) return readStoredHeader(alignBits(at), end);
  if (blockType === DYNAMIC_BLOCK) return readDynamicHeader(at, end);
  if (blockType !== FIXED_BLOCK) return BLOCK_TYPE_INVALID;
  buildFixedTables();
  headerEnd = at;
  return DONE;
}

/** Format: the length and its complement, 16 bits each, at the next whole byte. RFC 1951 §3.2.4 */
function readStoredHeader(at: usize, end: usize): i32 {
  if (at + 32 > end) return NEED_INPUT;
  const word = <u32>peekBits(at);
  storedLength = word & 0xffff;
  headerEnd = at + 32;
  return word >> 16 === (storedLength ^ 0xffff) ? DONE : STORED_LENGTH_INVALID;
}

/** Format: 3.2.6 of RFC 1951 gives the lengths; all 32 distance codes have 5 bits. */
function buildFixedTables(): void {
  if (tablesAreFixed) return;
  memory.fill(CODE_LENGTHS, 8, 144);
  memory.fill(CODE_LENGTHS + 144, 9, 256 - 144);
  memory.fill(CODE_LENGTHS + 256, 7, 280 - 256);
  memory.fill(CODE_LENGTHS + 280, 8, LITERAL_CODES - 280);
  memory.fill(CODE_LENGTHS + LITERAL_CODES, 5, DISTANCE_CODES);
  buildTable(LITERAL_CODE, LITERAL_CODES);
  DISTANCE_CODE.lengths = CODE_LENGTHS + LITERAL_CODES;
  buildTable(DISTANCE_CODE, DISTANCE_CODES);
  tablesAreFixed = true;
}

/**
 * Format: three counts, the lengths of the precode, then with it the lengths of both codes in one row. RFC 1951 §3.2.7
 */
function readDynamicHeader(start: usize, end: usize): i32 {
  if (start + 14 > end) return NEED_INPUT;
  const counts = <u32>peekBits(start);
  const literals = 257 + (counts & 31);
  const distances = 1 + ((counts >> 5) & 31);
  const precodes = 4 + ((counts >> 10) & 15);
  if (literals > 286 || distances > 30) return TOO_MANY_CODES;
  const at = start + 14;
  const lengthsAt = at + 3 * precodes;
  if (lengthsAt > end) return NEED_INPUT;
  if (!readPrecode(at, precodes)) return CODE_LENGTH_CODE_INVALID;
  const lengthsRead = readCodeLengths(lengthsAt, end, literals + distances);
  return lengthsRead === DONE ? buildDynamicTables(literals, distances) : lengthsRead;
}

function readPrecode(at: usize, count: u32): bool {
  memory.fill(PRECODE_LENGTHS, 0, PRECODES);
  const lengths = peekBits(at);
  // 19 lengths are 57 bits, which peekBits is sure to return.
  for (let index: u32 = 0; index < count; index++) {
    store<u8>(PRECODE_LENGTHS + load<u8>(PRECODE_ORDER + index), <u8>((lengths >> (3 * <u64>index)) & 7));
  }
  return buildTable(PRECODE, PRECODES);
}

/**
 * Reads `count` lengths to CODE_LENGTHS. A repeat may extend from one code into the other, but not beyond the last
 * length.
 */
function readCodeLengths(start: usize, end: usize, count: u32): i32 {
  let at = start;
  let have: u32 = 0;
  while (have < count) {
    const word = peekBits(at);
    const entry = load<u32>(PRECODE_TABLE + lowBits(word, 7) * 4);
    at += entryBits(entry);
    if (at > end) return NEED_INPUT;
    const symbol = entry >> 24;
    if (symbol < 16) {
      store<u8>(CODE_LENGTHS + have++, <u8>symbol);
      continue;
    }
    const repeats = entryValue(entry, word) & 0xff;
    if ((symbol === 16 && have === 0) || repeats > count - have) return REPEAT_INVALID;
    memory.fill(CODE_LENGTHS + have, symbol === 16 ? load<u8>(CODE_LENGTHS + have - 1) : 0, repeats);
    have += repeats;
  }
  headerEnd = at;
  return DONE;
}

function buildDynamicTables(literals: u32, distances: u32): i32 {
  tablesAreFixed = false;
  if (load<u8>(CODE_LENGTHS + 256) === 0) return END_OF_BLOCK_MISSING;
  if (!buildTable(LITERAL_CODE, literals)) return LITERAL_CODE_INVALID;
  DISTANCE_CODE.lengths = CODE_LENGTHS + literals;
  return buildTable(DISTANCE_CODE, distances) ? DONE : DISTANCE_CODE_INVALID;
}
