import { isStorable, storeBytes, writeBlock } from "./block-writer";
import { compress, putLiteral, putMatch } from "./lz";
import { MAX_MATCH } from "./matcher";
import { tokenBytes } from "./tokens";
import { addressOf, makeRoom, reachBefore, restartWindow } from "./window";

/**
 * The state of the flat tar. Bytes to be compressed are collected until something else follows, so that matches can
 * extend over several additions; then they become tokens, and these become a block. Copied bits are written at once,
 * right after the last block.
 */

/** Position up to which the tar was added. */
export let covered: u32 = 0;
/** Position from which on bytes are waiting to be compressed. */
let waitingFrom: u32 = 0;

/** From this many waiting bytes on they are compressed. */
const MAX_WAITING: u32 = 65_536;

/** Adds the next bytes of the window, to be compressed. */
export function addFresh(bytes: u32): void {
  covered += bytes;
  if (covered - waitingFrom >= MAX_WAITING) compressWaiting();
}

/** Adds the next byte as a literal. */
export function addLiteral(): void {
  compressWaiting();
  putLiteral(covered);
  waitingFrom = ++covered;
}

/** Adds the next bytes as a match. */
export function addMatch(length: u32, distance: u32): void {
  compressWaiting();
  putMatch(covered, length, distance);
  covered += length;
  waitingFrom = covered;
}

/** Writes everything pending, so that copied bits can follow. */
export function flush(): void {
  compressWaiting();
  writeBlock(covered);
}

/** Adds the next bytes, whose bits were copied; no bytes may be waiting. */
export function addCopied(bytes: u32): void {
  covered += bytes;
  waitingFrom = covered;
}

/**
 * Adds bytes after the window, whose bits were copied: the window restarts behind them. Nothing may be pending, and
 * all bytes of the window must have been added. Matches of later bytes need the last 32 KiB, so these should be loaded.
 */
export function addUnseen(bytes: u32): void {
  addCopied(bytes);
  restartWindow(covered);
}

/**
 * Adds bytes after the window that repeat its last one, as so many matches of the greatest length: the window restarts
 * behind them, as in {@link addUnseen}.
 */
export function addRepeats(matches: u32): void {
  for (let match: u32 = 0; match < matches; match++) addMatch(MAX_MATCH, 1);
  restartWindow(covered);
}

/** Adds the next bytes of the window as stored blocks. */
export function addStored(bytes: u32): void {
  flush();
  storeBytes(covered, bytes);
  addCopied(bytes);
}

/** The address to which the next `bytes` bytes of the tar must be written; 0 if the window has no room for them. */
export function roomForTar(bytes: u32): usize {
  // The tokens end where the waiting bytes begin. The bytes of a block that cannot become a stored one are not needed.
  const needed = isStorable(waitingFrom) ? waitingFrom - tokenBytes : waitingFrom;
  return makeRoom(bytes, reachBefore(needed));
}

/** The next byte of the window. */
export function nextByte(): u8 {
  return load<u8>(addressOf(covered));
}

function compressWaiting(): void {
  if (waitingFrom !== covered) compress(waitingFrom, covered);
  waitingFrom = covered;
}
