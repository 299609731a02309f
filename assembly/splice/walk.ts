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
 * Walks over the symbols of a stream that was inflated before: only lengths count, so one may begin at any block. State
 * is the bit address of what comes next, and the byte of the tar that it makes.
 */

/** The block is at its end; what follows is the header of another. */
export const BLOCK_END: i32 = 2;
/** The next symbol goes beyond the offset that was asked for. */
export const CROSSES: i32 = 3;
/** What the stream says is not what the tar has. */
export const CONTRADICTION: i32 = -20;

export let walkBit: usize = 0;
export let walkOffset: i64 = 0;
/** Bit address behind the input. */
let inputEnd: usize = 0;
/** Bits of the present block's header, of which HEADER_COPY has a copy, its first bit at this bit address. */
export let headerBits: usize = 0;
let headerCopy: usize = 0;

const HEADER_COPY_BYTES: usize = 320;

/** Goes on at a bit address, which makes the byte of the tar at an offset. */
export function walkFrom(bit: usize, offset: i64): void {
  walkBit = bit;
  walkOffset = offset;
}

/** Says up to which bit address there is input. */
export function setInputEnd(end: usize): void {
  inputEnd = end;
}

/** Reads the header of a block with codes, and keeps a copy of it. */
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
 * Passes the symbols that make bytes before an offset. DONE: the next one makes the byte there. CROSSES: it begins
 * before it, and goes beyond it.
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
 * Makes tokens of the symbols that begin before an offset; what the last one makes beyond `limit` is left out. The
 * tar's bytes must be in the window.
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

/** Passes the symbol that was looked at last. */
export function pass(): void {
  walkBit = symbolEnd;
  walkOffset += symbolLength;
}

/** Writes the header of the present block again, as one that is not the last. */
export function writeHeaderAgain(): void {
  putBits(0, 1);
  copyBits(headerCopy + 1, headerCopy + headerBits);
}

/**
 * Writes the end of the present block in the block's own code. The lengths of distances begin where those of literals
 * end.
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
