/**
 * Reading bits. A *bit address* is a byte address times 8 plus the number of a bit in it, the lowest one first (RFC
 * 1951 §3.1.1), so that the whole state of a reader is one number and nothing has to be put back when input runs out in
 * the middle of a symbol.
 */

/**
 * At least the 57 bits from a bit address on, the first one lowest. Reads the 8 bytes there: up to 7 of them may lie
 * behind the input, and must lie in memory.
 */
export function peekBits(at: usize): u64 {
  return load<u64>(at >> 3) >> (at & 7);
}

/** The lowest `count` bits of a word, fewer than 64. */
export function lowBits(word: u64, count: u64): u32 {
  return <u32>(word & (((<u64>1) << count) - 1));
}

/** The bit address of the next whole byte, this one where it is at its beginning. */
export function alignBits(at: usize): usize {
  return (at + 7) & ~7;
}
