import { lowBits } from "./bits";

/**
 * Bits below a code where its bits are an offset in a table, since an entry has 4 bytes: the fast loop keeps them so.
 */
export const BITS_BELOW: u32 = 2;

/**
 * What an entry of a decoding table says, in one u32, so that a symbol takes one load.
 *
 * | bits  | literal   | length, distance          | code length     | second level        | end, unused code  |
 * |-------|-----------|---------------------------|-----------------|---------------------|-------------------|
 * | 31…24 | LITERAL   | base, high byte           | symbol          | first entry         | 0                 |
 * | 23…16 | byte      | base, low byte            | repeat base     |                     | 0                 |
 * | 15…13 | 0         | 0                         | 0               | SPECIAL, LINK       | SPECIAL, END or 0 |
 * | 12…8  | code end  | code end                  | code end        | bits of its index   | code end          |
 * | 7…0   | code bits | code bits plus extra bits | as at left      | bits of the first   | code bits         |
 *
 * The lowest byte is what to consume. The end of a code is the number of its bits and of the BITS_BELOW; nothing but
 * this stands between bits 7 and 16 of what has extra bits. In a second level the bits of the first one, already
 * consumed, are not counted again.
 */
export const LITERAL: u32 = 1 << 31;
export const SPECIAL: u32 = 1 << 15;
export const LINK: u32 = 1 << 14;
export const END: u32 = 1 << 13;

/** What is added to the meaning of a symbol to make an entry for a code of `length` bits. */
export function codeBits(length: u32): u32 {
  return ((length + BITS_BELOW) << 8) | length;
}

/** Bits to consume for a symbol: its code, and its extra bits. */
export function entryBits(entry: u32): u32 {
  return entry & 0x3f;
}

/** The base of an entry plus the extra bits that follow its code in `word`, whose lowest bit is the code's first. */
export function entryValue(entry: u32, word: u64): u32 {
  const all = lowBits(word, entry & 0x3f);
  return (entry >> 16) + (all >> (((entry >> 8) & 31) - BITS_BELOW));
}

/**
 * Where the second level of a LINK goes on: the number of the entry that the bits after the first level's, lowest in
 * `word`, choose.
 */
export function linkedEntry(link: u32, word: u64): u32 {
  return (link >> 16) + lowBits(word, (link >> 8) & 15);
}
