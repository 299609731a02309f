/**
 * Reading bits. A *bit address* is a byte address times 8 plus the number of a bit in that byte, the lowest bit first
 * (RFC 1951 §3.1.1). So the whole state of a reader is one number, and nothing has to be undone when the input ends in
 * the middle of a symbol.
 */

/**
 * At least the 57 bits from a bit address on, the first one lowest. Loads 8 bytes: up to 7 of them may be after the end
 * of the input, but must be in memory.
 */
export function peekBits(at: usize): u64 {
  return load<u64>(at >> 3) >> (at & 7);
}

/** The lowest `count` bits of a word, fewer than 64. */
export function lowBits(word: u64, count: u64): u32 {
  return <u32>(word & (((<u64>1) << count) - 1));
}

/** Rounds a bit address up to a whole byte. */
export function alignBits(at: usize): usize {
  return (at + 7) & ~7;
}
