/**
 * The splicing kernel: writes one deflate stream of the flat tar, made of copied bits, tokens with changed distances,
 * and newly compressed bytes. It does not verify what it copies: the streams were inflated and verified during the
 * scan. It uses positions of the flat tar modulo 2^32, offsets of the input tars in 64 bits, and bit addresses of the
 * input; the host maps these to bits of blobs: src/kernel/splicer.ts. A joint costs the bits of one block header, and
 * 32 KiB of tokens that are encoded again.
 */
import { setUpCodes } from "../shared/codes";
import { REMAINDER } from "../shared/memory";
import { divide } from "../shared/remainder";
import { alignOutput, copyBits, outputTaken, outputLength as pendingOutput, putBits } from "./bit-writer";
import { INPUT, INPUT_SIZE, MEMORY_END, OUTPUT, RANGES } from "./memory";
import { addCopied, addFresh, addRepeats, addStored, addUnseen, flush, roomForTar } from "./progress";
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
  addRepeats,
  addStored,
  addUnseen,
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

/** Prepares the memory. Call it once. */
export function setUp(): void {
  memory.grow(<i32>((MEMORY_END + PAGE - 1) / PAGE) - memory.size());
  setUpCodes();
  clearTokens();
}

/**
 * Starts a copy from a stream, at an offset of its tar. `shift`: output position minus offset. `earlier`: number of
 * earlier copies from the same stream in RANGES.
 */
export function beginCopy(start: f64, shift: f64, earlier: u32): void {
  beginRange(<i64>start, <i64>shift, earlier);
}

/** Moves the walk to a bit address, which produces the byte of the tar at an offset. */
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

/** Copies the bits between two bit addresses; call {@link flush} before. */
export function copyRaw(from: usize, to: usize): void {
  copyBits(from, to);
}

/** Copies one or several whole blocks; clears the last-block bit of the first one. Call {@link flush} before. */
export function copyBlocks(from: usize, to: usize): void {
  putBits(0, 1);
  copyBits(from + 1, to);
}

/**
 * Writes everything pending and ends the stream with an empty last block with fixed codes, padded to a whole byte. RFC
 * 1951 §3.2.6
 */
export function finish(): void {
  flush();
  putBits(0b011, 3);
  putBits(0, 7);
  alignOutput();
}

/** Number of whole bytes of output that the host can take. */
export function outputLength(): usize {
  return pendingOutput();
}
