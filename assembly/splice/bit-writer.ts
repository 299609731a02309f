import { OUTPUT } from "./memory";

/**
 * Writing bits, the lowest one first (RFC 1951 §3.1.1). Between two calls fewer than 8 bits wait for the rest of their
 * byte.
 */

/** Address of the first byte that is not complete. */
let at: usize = OUTPUT;
/** Bits of that byte that are known, and how many; those above are 0. */
let pending: u64 = 0;
let pendingBits: u64 = 0;

/** Bits that one word takes besides those that wait. */
const WORD_BITS: u64 = 56;
/** From so many bits on it pays to copy whole words. */
const WORTH_WORDS: usize = 256;

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

/**
 * Copies the bits between two bit addresses, to wherever the output is. The byte before the first bit, and the word
 * behind the last, must lie in memory.
 */
export function copyBits(from: usize, to: usize): void {
  let next = to - from < WORTH_WORDS ? from : copyWords(from, to);
  for (; to - next > <usize>WORD_BITS; next += <usize>WORD_BITS) putBits(bitsAt(next, WORD_BITS), WORD_BITS);
  putBits(bitsAt(next, to - next), to - next);
}

/**
 * Copies so many bits that the output ends with a whole word, counted from its first byte that is not complete; returns
 * where to go on. The bits that wait stand where those just before `from` would: so all of the output is the source
 * moved by less than a byte, and only its first byte has to be mended.
 */
function copyWords(from: usize, to: usize): usize {
  const start = from - <usize>pendingBits;
  const words = (to - start) >> 6;
  const shift = <u64>(start & 7);
  let source = start >> 3;
  if (shift === 0) memory.copy(at, source, words << 3);
  else {
    let word = load<u64>(source);
    for (let into = at, end = at + (words << 3); into < end; into += 8) {
      source += 8;
      const following = load<u64>(source);
      store<u64>(into, (word >> shift) | (following << (64 - shift)));
      word = following;
    }
  }
  store<u8>(at, <u8>(((<u64>load<u8>(at) >> pendingBits) << pendingBits) | pending));
  at += words << 3;
  pending = 0;
  pendingBits = 0;
  return start + (words << 6);
}

function bitsAt(bit: usize, count: u64): u64 {
  return (load<u64>(bit >> 3) >> <u64>(bit & 7)) & (((<u64>1) << count) - 1);
}

/** Whole bytes that were written and not taken. */
export function outputLength(): usize {
  return at - OUTPUT;
}

/** Forgets the whole bytes: the host has taken them. */
export function outputTaken(): void {
  at = OUTPUT;
}
