import { DIVIDEND_BYTES, QUOTIENT, REMAINDER } from "./memory";

/**
 * Fast CRC-32. Format: a CRC is the remainder of the bytes, read as a polynomial over GF(2), after division by a
 * polynomial of degree 32 (RFC 1952 §8). So bytes may be replaced by their remainder after division by any multiple of
 * that polynomial. Code: x^300 + x^155 + x^117 + x^89 + 1 is a multiple, the first with five terms or fewer, found by
 * search. Squared seven times it has the same terms with 128 times the exponents, so 16 bytes are one coefficient, and
 * each coefficient of the quotient takes four XORs and no table.
 */
const COEFFICIENT: usize = 16;
/**
 * Bytes of a remainder, which is also the distance from a coefficient back to the farthest one that affects it. The
 * terms below are offsets from that one.
 */
export const DEGREE: usize = 300 * COEFFICIENT;
const TERM_155: usize = 155 * COEFFICIENT;
const TERM_117: usize = 117 * COEFFICIENT;
const TERM_89: usize = 89 * COEFFICIENT;

/**
 * Writes bytes to REMAINDER whose CRC, computed with a register that starts as 0, is that of the given bytes after
 * others with the CRC `crc`; returns how many, at most 4815. There must be at least DEGREE bytes.
 */
export function divide(from: usize, length: usize, crc: u32): usize {
  const end = from + length;
  const remainder = end - DEGREE - (length & (COEFFICIENT - 1));
  memory.fill(QUOTIENT, 0, DEGREE);
  // Adds the register to the first four bytes: this coefficient of the quotient affects no others.
  store<u32>(QUOTIENT, ~crc);
  while (from < remainder) {
    const bytes = min(remainder - from, DIVIDEND_BYTES);
    for (let at = QUOTIENT; at < QUOTIENT + bytes; at += COEFFICIENT) {
      v128.store(at, coefficient(from, at), DEGREE);
      from += COEFFICIENT;
    }
    memory.copy(QUOTIENT, QUOTIENT + bytes, DEGREE);
  }
  memory.fill(QUOTIENT + DEGREE, 0, DEGREE);
  for (let at: usize = 0; at < DEGREE; at += COEFFICIENT) {
    v128.store(REMAINDER + at, coefficient(from + at, QUOTIENT + at));
  }
  memory.copy(REMAINDER + DEGREE, from + DEGREE, end - from - DEGREE);
  return end - from;
}

/** The coefficient at `from` plus those of the quotient that affect it, which are in the DEGREE bytes from `at` on. */
function coefficient(from: usize, at: usize): v128 {
  const near = v128.xor(v128.load(at, TERM_155), v128.load(at, TERM_117));
  const far = v128.xor(v128.load(at, TERM_89), v128.load(at));
  return v128.xor(v128.load(from), v128.xor(near, far));
}
