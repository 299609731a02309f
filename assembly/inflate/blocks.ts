import { bitOffset } from "./input";
import { BLOCK_BYTES, BLOCKS, MAX_BLOCKS } from "./memory";
import { outputOffset } from "./output";

/**
 * Rows at BLOCKS, of the blocks that ended in this run and made bytes: bit offsets in the blob of start and end, byte
 * offset in the tar, kind.
 */
export let blockCount: u32 = 0;

/** Kinds of rows, as in src/kernel/deflate-map.ts. */
export const CODED: u32 = 0;
export const FINAL: u32 = 1;
export const STORED: u32 = 2;

/** Where the open block begins. */
let startBit: u64 = 0;
let startOutput: u64 = 0;

/** Takes all rows for read by the host. */
export function releaseBlocks(): void {
  blockCount = 0;
}

export function blocksAreFull(): bool {
  return blockCount === MAX_BLOCKS;
}

/** A block begins at a bit address and makes what comes next. */
export function openBlock(start: usize): void {
  startBit = bitOffset(start);
  startOutput = outputOffset();
}

/** The open block ends at a bit address. A block that made nothing leaves no row. */
export function closeBlock(end: usize, kind: u32): void {
  if (outputOffset() === startOutput) return;
  const row = BLOCKS + <usize>blockCount * BLOCK_BYTES;
  store<f64>(row, <f64>startBit);
  store<f64>(row, <f64>bitOffset(end), 8);
  store<f64>(row, <f64>startOutput, 16);
  store<f64>(row, <f64>kind, 24);
  blockCount++;
}
