import { putBits } from "./bit-writer";
import { makeLengths } from "./code-lengths";
import { makeWords } from "./code-words";
import {
  DISTANCE_LENGTHS,
  DISTANCES,
  LITERAL_LENGTHS,
  LITERALS,
  PRECODE_COUNTS,
  PRECODE_WORDS,
  ROW,
  RUNS,
  WRITTEN_PRECODE_LENGTHS,
} from "./memory";

/**
 * The header of a dynamic block: the lengths of both codes in one row, run-length encoded, then Huffman-coded with the
 * precode. RFC 1951 §3.2.7
 */

/** Number of symbols of the precode, and maximum length of its words in bits. */
const PRECODES: u32 = 19;
const PRECODE_LIMIT: u32 = 7;

/** The order in which the lengths of the precode are stored, seldom used ones last. RFC 1951 §3.2.7 */
const PRECODE_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let literals: u32 = 0;
let distances: u32 = 0;
let precodes: u32 = 0;
/** Number of elements of RUNS: each has a precode symbol in one byte, then its extra bits in another. */
let runs: u32 = 0;

/**
 * Prepares the header for the lengths of both codes; returns its length in bits, including the three bits with the type
 * of the block.
 */
export function prepareHeader(): u32 {
  literals = withoutZeros(LITERAL_LENGTHS, LITERALS, 257);
  distances = withoutZeros(DISTANCE_LENGTHS, DISTANCES, 1);
  memory.copy(ROW, LITERAL_LENGTHS, literals);
  memory.copy(ROW + literals, DISTANCE_LENGTHS, distances);
  findRuns(literals + distances);
  makeLengths(PRECODE_COUNTS, PRECODES, WRITTEN_PRECODE_LENGTHS, PRECODE_LIMIT);
  precodes = PRECODES;
  while (precodes > 4 && precodeLength(load<u8>(PRECODE_ORDER + precodes - 1)) === 0) precodes--;
  let bits = 3 + 14 + 3 * precodes;
  for (let index: u32 = 0; index < runs; index++) {
    const symbol = load<u8>(RUNS + index * 2);
    bits += precodeLength(symbol) + repeatBits(symbol);
  }
  return bits;
}

/** Writes the prepared header, for a block that is not the last one. */
export function writeHeader(): void {
  putBits(0b100, 3);
  putBits((literals - 257) | ((distances - 1) << 5) | ((precodes - 4) << 10), 14);
  for (let index: u32 = 0; index < precodes; index++) putBits(precodeLength(load<u8>(PRECODE_ORDER + index)), 3);
  makeWords(WRITTEN_PRECODE_LENGTHS, PRECODES, PRECODE_WORDS);
  for (let index: u32 = 0; index < runs; index++) {
    const symbol = load<u8>(RUNS + index * 2);
    putBits(load<u16>(PRECODE_WORDS + <u32>symbol * 2), precodeLength(symbol));
    putBits(load<u8>(RUNS + index * 2 + 1), repeatBits(symbol));
  }
}

function withoutZeros(lengths: usize, symbols: u32, least: u32): u32 {
  let named = symbols;
  while (named > least && load<u8>(lengths + named - 1) === 0) named--;
  return named;
}

function findRuns(lengths: u32): void {
  memory.fill(PRECODE_COUNTS, 0, PRECODES * 4);
  runs = 0;
  for (let start: u32 = 0; start < lengths; ) {
    const length = load<u8>(ROW + start);
    let end = start + 1;
    while (end < lengths && load<u8>(ROW + end) === length) end++;
    addRuns(length, end - start);
    start = end;
  }
}

/** Format: 17 repeats zero 3…10 times, 18 zero 11…138 times, 16 the last length 3…6 times. */
function addRuns(length: u8, count: u32): void {
  let left = count;
  if (length === 0) {
    for (; left > 10; left -= min(left, 138)) addRun(18, min(left, 138) - 11);
    if (left > 2) {
      addRun(17, left - 3);
      left = 0;
    }
  } else {
    addRun(length, 0);
    for (left--; left > 2; left -= min(left, 6)) addRun(16, min(left, 6) - 3);
  }
  for (; left > 0; left--) addRun(length, 0);
}

function addRun(symbol: u8, extra: u32): void {
  store<u8>(RUNS + runs * 2, symbol);
  store<u8>(RUNS + runs * 2 + 1, <u8>extra);
  runs++;
  const place = PRECODE_COUNTS + <u32>symbol * 4;
  store<u32>(place, load<u32>(place) + 1);
}

function precodeLength(symbol: u8): u32 {
  return load<u8>(WRITTEN_PRECODE_LENGTHS + symbol);
}

function repeatBits(symbol: u8): u32 {
  if (symbol === 18) return 7;
  if (symbol === 17) return 3;
  return symbol === 16 ? 2 : 0;
}
