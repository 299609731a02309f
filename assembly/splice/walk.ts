import { blockType, FIXED_BLOCK, headerEnd, readBlockHeader, STORED_BLOCK } from "../shared/block-header";
import { DISTANCE_CODE, LITERAL_CODE } from "../shared/codes";
import { DONE } from "../shared/status";
import { readSymbol, symbolByte, symbolDistance, symbolEnd, symbolLength } from "../shared/symbol";
import { copyBits, putBits } from "./bit-writer";
import { wordOf } from "./code-words";
import { HEADER_COPY } from "./memory";
import { addFresh, addLiteral, addMatch, nextByte } from "./progress";
import { distanceInOutput } from "./ranges";
import { END_SYMBOL } from "./symbols";

/**
 * Walks over the symbols of a stream that was inflated before. Only the lengths of matches matter, so a walk can start
 * at any block. Its state is the bit address of the next symbol, and the offset of the byte of the tar that it
 * produces.
 */

/** The walk has passed the end of the block; the header of another one follows. */
export const BLOCK_END: i32 = 2;
/** The next symbol begins before the requested offset and ends after it. */
export const CROSSES: i32 = 3;
/** The stream does not match the tar. */
export const CONTRADICTION: i32 = -20;

export let walkBit: usize = 0;
export let walkOffset: i64 = 0;
/** Bit address of the end of the input. */
let inputEnd: usize = 0;
/** Length in bits of the current block's header; `headerCopy` is the bit address of its copy in HEADER_COPY. */
export let headerBits: usize = 0;
let headerCopy: usize = 0;

const HEADER_COPY_BYTES: usize = 320;

/** Moves the walk to a bit address, which produces the byte of the tar at an offset. */
export function walkFrom(bit: usize, offset: i64): void {
  walkBit = bit;
  walkOffset = offset;
}

/** Sets the bit address of the end of the input. */
export function setInputEnd(end: usize): void {
  inputEnd = end;
}

/** Reads the header of a coded block, and keeps a copy of it. */
export function enterBlock(): i32 {
  const status = readBlockHeader(walkBit, inputEnd);
  if (status !== DONE) return status;
  if (blockType === STORED_BLOCK) return CONTRADICTION;
  memory.copy(HEADER_COPY, walkBit >> 3, HEADER_COPY_BYTES);
  headerCopy = (HEADER_COPY << 3) + (walkBit & 7);
  headerBits = headerEnd - walkBit;
  walkBit = headerEnd;
  return DONE;
}

/**
 * Passes the symbols that end at or before an offset. DONE: the next symbol produces the byte at the offset. CROSSES:
 * it begins before the offset and ends after it.
 */
export function skipTo(target: i64): i32 {
  while (walkOffset < target) {
    const status = readSymbol(walkBit, inputEnd);
    if (status !== DONE) return status;
    if (symbolLength === 0) return passEnd();
    if (walkOffset + symbolLength > target) return CROSSES;
    pass();
  }
  return DONE;
}

/**
 * Converts the symbols that begin before an offset to tokens; bytes of the last one beyond `limit` are left out. The
 * bytes of the tar must be in the window.
 */
export function transcodeTo(target: i64, limit: i64): i32 {
  while (walkOffset < target) {
    const status = readSymbol(walkBit, inputEnd);
    if (status !== DONE) return status;
    if (symbolLength === 0) return passEnd();
    if (!transcodeSymbol(<u32>min<i64>(symbolLength, limit - walkOffset))) return CONTRADICTION;
    pass();
  }
  return DONE;
}

function transcodeSymbol(length: u32): bool {
  if (symbolDistance === 0) {
    if (nextByte() !== symbolByte) return false;
    addLiteral();
    return true;
  }
  const distance = length < 3 ? 0 : distanceInOutput(walkOffset, length, symbolDistance);
  if (distance === 0) addFresh(length);
  else addMatch(length, distance);
  return true;
}

/** Passes the symbol that was read last. */
export function pass(): void {
  walkBit = symbolEnd;
  walkOffset += symbolLength;
}

/** Writes a copy of the current block's header, with the last-block bit cleared. */
export function writeHeaderAgain(): void {
  putBits(0, 1);
  copyBits(headerCopy + 1, headerCopy + headerBits);
}

/**
 * Writes an end-of-block symbol in the current block's own code. The lengths of the distance code begin where those of
 * the literal code end, which gives their number.
 */
export function writeBlockEnd(): void {
  const lengths = LITERAL_CODE.lengths;
  if (blockType === FIXED_BLOCK) putBits(0, 7);
  else putBits(wordOf(lengths, <u32>(DISTANCE_CODE.lengths - lengths), END_SYMBOL), load<u8>(lengths + END_SYMBOL));
}

function passEnd(): i32 {
  walkBit = symbolEnd;
  return BLOCK_END;
}
