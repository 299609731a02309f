import { lowBits } from "./bits";

/**
 * The fast loop keeps the bits of a code shifted left by this number, so that they are a byte offset in a table whose
 * entries have 4 bytes.
 */
export const BITS_BELOW: u32 = 2;

/**
 * The format of an entry of a decoding table: one u32, so that a symbol takes one load.
 *
 * | bits  | literal   | length, distance          | code length     | second level        | end, unused code  |
 * |-------|-----------|---------------------------|-----------------|---------------------|-------------------|
 * | 31…24 | LITERAL   | base, high byte           | symbol          | first entry         | 0                 |
 * | 23…16 | byte      | base, low byte            | repeat base     |                     | 0                 |
 * | 15…13 | 0         | 0                         | 0               | SPECIAL, LINK       | SPECIAL, END or 0 |
 * | 12…8  | code end  | code end                  | code end        | bits of its index   | code end          |
 * | 7…0   | code bits | code bits plus extra bits | as at left      | bits of the first   | code bits         |
 *
 * The lowest byte is the number of bits to consume. "Code end" is the number of the code's bits plus BITS_BELOW;
 * entries with extra bits have nothing else in bits 8 to 15. In a second level the bits of the first level, already
 * consumed, are not counted again.
 */
export const LITERAL: u32 = 1 << 31;
export const SPECIAL: u32 = 1 << 15;
export const LINK: u32 = 1 << 14;
export const END: u32 = 1 << 13;

/** Added to the meaning of a symbol, it makes an entry for a code of `length` bits. */
export function codeBits(length: u32): u32 {
  return ((length + BITS_BELOW) << 8) | length;
}

/** Bits to consume for a symbol: its code and its extra bits. */
export function entryBits(entry: u32): u32 {
  return entry & 0x3f;
}

/** The base of an entry plus the extra bits that follow its code in `word`, whose lowest bit is the code's first. */
export function entryValue(entry: u32, word: u64): u32 {
  const all = lowBits(word, entry & 0x3f);
  return (entry >> 16) + (all >> (((entry >> 8) & 31) - BITS_BELOW));
}

/**
 * The index of the second-level entry that a LINK and the bits after those of the first level, lowest in `word`,
 * select.
 */
export function linkedEntry(link: u32, word: u64): u32 {
  return (link >> 16) + lowBits(word, (link >> 8) & 15);
}
