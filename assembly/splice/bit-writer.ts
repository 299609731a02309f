import { OUTPUT } from "./memory";

/**
 * Writing bits, the lowest one first (RFC 1951 §3.1.1). Between two calls fewer than 8 bits of an incomplete byte are
 * pending.
 */

/** Address of the first incomplete byte. */
let at: usize = OUTPUT;
/** The known bits of that byte, and their number; the bits above are 0. */
let pending: u64 = 0;
let pendingBits: u64 = 0;

/** Bits that fit into one word besides the pending ones. */
const WORD_BITS: u64 = 56;
/** From this many bits on whole words are copied. */
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

/** Fills the incomplete byte with 0 bits. */
export function alignOutput(): void {
  if (pendingBits > 0) putBits(0, 8 - pendingBits);
}

/** Writes bytes; the output must be aligned. */
export function putBytes(from: usize, length: usize): void {
  memory.copy(at, from, length);
  at += length;
}

/**
 * Copies the bits between two bit addresses to the output, which may be at another bit offset. The byte before the
 * first bit and the word after the last must be in memory.
 */
export function copyBits(from: usize, to: usize): void {
  let next = to - from < WORTH_WORDS ? from : copyWords(from, to);
  for (; to - next > <usize>WORD_BITS; next += <usize>WORD_BITS) putBits(bitsAt(next, WORD_BITS), WORD_BITS);
  putBits(bitsAt(next, to - next), to - next);
}

/**
 * Copies whole words, counted from the first incomplete byte of the output; returns the bit address at which to
 * continue. The pending bits take the place of the bits just before `from`. So the whole output is the source shifted
 * by less than a byte, and only its first byte has to be corrected.
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

/** Number of whole bytes that the host has not taken yet. */
export function outputLength(): usize {
  return at - OUTPUT;
}

/** Discards the whole bytes, which the host has taken. */
export function outputTaken(): void {
  at = OUTPUT;
}
