import { bitOffset } from "./input";
import { BLOCK_BYTES, BLOCKS, MAX_BLOCKS } from "./memory";
import { outputOffset } from "./output";

/**
 * Number of rows at BLOCKS, one for each block that ended in this run and produced bytes: bit offsets in the blob of
 * start and end, byte offset in the tar, kind.
 */
export let blockCount: u32 = 0;

/** Kinds of rows, as in src/kernel/deflate-map.ts. */
export const CODED: u32 = 0;
export const FINAL: u32 = 1;
export const STORED: u32 = 2;

/** Where the current block begins: bit offset in the blob, byte offset in the tar. */
let startBit: u64 = 0;
let startOutput: u64 = 0;

/** Clears the rows, which the host has read. */
export function releaseBlocks(): void {
  blockCount = 0;
}

export function blocksAreFull(): bool {
  return blockCount === MAX_BLOCKS;
}

/** Starts a block at a bit address; it produces the next byte of output. */
export function openBlock(start: usize): void {
  startBit = bitOffset(start);
  startOutput = outputOffset();
}

/** Ends the current block at a bit address. A block that produced nothing gets no row. */
export function closeBlock(end: usize, kind: u32): void {
  if (outputOffset() === startOutput) return;
  const row = BLOCKS + <usize>blockCount * BLOCK_BYTES;
  store<f64>(row, <f64>startBit);
  store<f64>(row, <f64>bitOffset(end), 8);
  store<f64>(row, <f64>startOutput, 16);
  store<f64>(row, <f64>kind, 24);
  blockCount++;
}
