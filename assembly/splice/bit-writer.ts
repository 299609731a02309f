import { OUTPUT } from "./memory";

/** Writing bits, the lowest one first (RFC 1951 §3.1.1). Between two calls fewer than 8 bits wait for the rest of their byte. */

/** Address of the first byte that is not complete. */
let at: usize = OUTPUT;
/** Bits of that byte that are known, and how many; those above are 0. */
let pending: u64 = 0;
let pendingBits: u64 = 0;

/** Bits that one word takes besides those that wait. */
const WORD_BITS: u64 = 56;

/** Writes the lowest `count` bits of `bits`, at most 56; those above must be 0. */
export function putBits(bits: u64, count: u64): void {
  pending |= bits << pendingBits;
  store<u64>(at, pending);
  const total = pendingBits + count;
  at += <usize>(total >> 3);
  pending >>= total & ~7;
  pendingBits = total & 7;
}

/** Fills the byte up with 0 bits. */
export function alignOutput(): void {
  if (pendingBits > 0) putBits(0, 8 - pendingBits);
}

/** Writes bytes; the output must be aligned. */
export function putBytes(from: usize, length: usize): void {
  memory.copy(at, from, length);
  at += length;
}

/** Copies the bits between two bit addresses, to wherever the output is: 7 bytes at a time, or as bytes where both sides are aligned. */
export function copyBits(from: usize, to: usize): void {
  if (pendingBits === 0 && (from & 7) === 0) {
    const bytes = (to - from) >> 3;
    putBytes(from >> 3, bytes);
    from += bytes << 3;
  }
  const shift = <u64>(from & 7);
  const mask = ((<u64>1) << WORD_BITS) - 1;
  let source = from >> 3;
  let left = <u64>(to - from);
  while (left >= WORD_BITS) {
    pending |= ((load<u64>(source) >> shift) & mask) << pendingBits;
    store<u64>(at, pending);
    at += 7;
    source += 7;
    // Fewer than 8 bits wait, so that none of the 56 was lost.
    pending >>= WORD_BITS;
    left -= WORD_BITS;
  }
  putBits((load<u64>(source) >> shift) & (((<u64>1) << left) - 1), left);
}

/** Whole bytes that were written and not taken. */
export function outputLength(): usize {
  return at - OUTPUT;
}

/** Forgets the whole bytes: the host has taken them. */
export function outputTaken(): void {
  at = OUTPUT;
}
