import { WINDOW, WINDOW_SIZE } from "./memory";

/**
 * The bytes of the flat tar around the position being written. Positions are bytes of the flat tar modulo 2^32: only
 * differences smaller than the window are ever computed.
 */

/** How far back deflate can refer. RFC 1951 §2 */
export const REACH: u32 = 32_768;

/** Position of the first byte in the window, and of the first byte after it. */
let windowStart: u32 = 0;
export let loadedEnd: u32 = 0;

export function addressOf(position: u32): usize {
  return WINDOW + (position - windowStart);
}

/**
 * Makes room for `bytes` bytes at the end, dropping bytes before `keep` if necessary; returns the address to which they
 * must be written, or 0 if there is not enough room.
 */
export function makeRoom(bytes: u32, keep: u32): usize {
  if (loadedEnd - windowStart + bytes > <u32>WINDOW_SIZE && keep - windowStart <= loadedEnd - windowStart) {
    memory.copy(WINDOW, addressOf(keep), loadedEnd - keep);
    windowStart = keep;
  }
  return loadedEnd - windowStart + bytes > <u32>WINDOW_SIZE ? 0 : addressOf(loadedEnd);
}

/** Adds `bytes` bytes that were written to the address that makeRoom returned. */
export function extendWindow(bytes: u32): void {
  loadedEnd += bytes;
}

/** Empties the window, which continues at a position. */
export function restartWindow(position: u32): void {
  windowStart = position;
  loadedEnd = position;
}

/** Whether a byte is still in the window. */
export function isKept(position: u32): bool {
  return position - windowStart <= loadedEnd - windowStart;
}

/** The lowest position within reach before a position, but not before the window. */
export function reachBefore(position: u32): u32 {
  return position - min(REACH, position - windowStart);
}
