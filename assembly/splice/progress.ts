import { storeBytes, writeBlock } from "./block-writer";
import { compress, putLiteral, putMatch } from "./lz";
import { tokenBytes } from "./tokens";
import { addressOf, makeRoom, reachBefore } from "./window";

/**
 * How far the flat tar has come. Bytes that are to be compressed wait until something else follows, so that matches may
 * run across whatever brought them; then they are tokens; then a block. Bits that are copied follow the last block at
 * once.
 */

/** Position up to which the tar is taken care of. */
export let covered: u32 = 0;
/** Position from which on bytes wait to be compressed. */
let waitingFrom: u32 = 0;

/** Bytes that may wait. */
const MAX_WAITING: u32 = 65_536;
/** Bytes of a block that might still become a stored one; of a larger one they need not be kept. */
const MAX_STORABLE: u32 = 65_535;

/** Leaves the next bytes of the window to be compressed. */
export function addFresh(bytes: u32): void {
  covered += bytes;
  if (covered - waitingFrom >= MAX_WAITING) compressWaiting();
}

/** Takes the next byte as the literal that it was. */
export function addLiteral(): void {
  compressWaiting();
  putLiteral(covered);
  waitingFrom = ++covered;
}

/** Takes the next bytes as a match. */
export function addMatch(length: u32, distance: u32): void {
  compressWaiting();
  putMatch(covered, length, distance);
  covered += length;
  waitingFrom = covered;
}

/** Writes all that waits, so that bits may follow. */
export function flush(): void {
  compressWaiting();
  writeBlock(covered);
}

/** Tells that the next bytes were written as bits that were copied; nothing may wait. */
export function addCopied(bytes: u32): void {
  covered += bytes;
  waitingFrom = covered;
}

/** Writes the next bytes of the window as stored blocks. */
export function addStored(bytes: u32): void {
  flush();
  storeBytes(covered, bytes);
  addCopied(bytes);
}

/** The address at which the next `bytes` bytes of the tar are to be put; 0 where the window cannot take them. */
export function roomForTar(bytes: u32): usize {
  // The tokens end where bytes begin to wait.
  const needed = tokenBytes <= MAX_STORABLE ? waitingFrom - tokenBytes : waitingFrom;
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
