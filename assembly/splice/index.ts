/**
 * The splicing kernel: writes one deflate stream that makes the flat tar, out of bits that are copied, tokens that are
 * led elsewhere, and bytes that are compressed. It does not check what it copies: the streams were inflated and
 * verified when they were scanned. It knows positions of the tar modulo 2^32, offsets of the input tars in 64 bits, and
 * bits of the input by their address; where those lie in a blob is the host's affair: src/kernel/splicer.ts. A joint
 * costs the bits of one block header, and 32 KiB of tokens that are coded again.
 */
import { setUpCodes } from "../shared/codes";
import { REMAINDER } from "../shared/memory";
import { divide } from "../shared/remainder";
import { alignOutput, copyBits, outputTaken, outputLength as pendingOutput, putBits } from "./bit-writer";
import { INPUT, INPUT_SIZE, MEMORY_END, OUTPUT, RANGES } from "./memory";
import { addCopied, addFresh, addStored, flush, roomForTar } from "./progress";
import { beginRange } from "./ranges";
import { clearTokens } from "./tokens";
import {
  enterBlock,
  headerBits,
  pass,
  setInputEnd,
  skipTo,
  transcodeTo,
  walkBit,
  walkFrom,
  walkOffset,
  writeBlockEnd,
  writeHeaderAgain,
} from "./walk";
import { extendWindow } from "./window";

export {
  addCopied,
  addFresh,
  addStored,
  divide,
  enterBlock,
  extendWindow,
  flush,
  INPUT,
  INPUT_SIZE,
  OUTPUT,
  outputTaken,
  pass,
  RANGES,
  REMAINDER,
  roomForTar,
  setInputEnd,
  writeBlockEnd,
  writeHeaderAgain,
};

const PAGE: usize = 65_536;

/** Prepares memory. To be called once. */
export function setUp(): void {
  memory.grow(<i32>((MEMORY_END + PAGE - 1) / PAGE) - memory.size());
  setUpCodes();
  clearTokens();
}

/**
 * Begins to copy out of a stream, from an offset of its tar on, which is moved by `shift`; so many earlier copies of it
 * are in RANGES.
 */
export function beginCopy(start: f64, shift: f64, earlier: u32): void {
  beginRange(<i64>start, <i64>shift, earlier);
}

/** Goes on walking at a bit address, which makes the byte of the tar at an offset. */
export function walkAt(bit: usize, offset: f64): void {
  walkFrom(bit, <i64>offset);
}

export function currentBit(): usize {
  return walkBit;
}

export function currentOffset(): f64 {
  return <f64>walkOffset;
}

export function currentHeaderBits(): usize {
  return headerBits;
}

export function skip(target: f64): i32 {
  return skipTo(<i64>target);
}

export function transcode(target: f64, limit: f64): i32 {
  return transcodeTo(<i64>target, <i64>limit);
}

/** Copies the bits between two bit addresses; nothing may wait to be written. */
export function copyRaw(from: usize, to: usize): void {
  copyBits(from, to);
}

/** Copies a block, or several, whose first one must not be the last of the stream. */
export function copyBlocks(from: usize, to: usize): void {
  putBits(0, 1);
  copyBits(from + 1, to);
}

/**
 * Writes all that waits and ends the stream: an empty last block with fixed codes, up to a whole byte. RFC 1951 §3.2.6
 */
export function finish(): void {
  flush();
  putBits(0b011, 3);
  putBits(0, 7);
  alignOutput();
}

/** Whole bytes that the host may take. */
export function outputLength(): usize {
  return pendingOutput();
}
