/**
 * The regions of linear memory that both kernels have. A kernel's own regions begin at {@link SHARED_END}.
 *
 * | region           | elements           | valid                                       |
 * |------------------|--------------------|---------------------------------------------|
 * | LITERAL_TABLE    | 2342 × u32         | until the next header with codes is read    |
 * | static data      | of the compiler    | always                                      |
 * | CODE_LENGTHS     | 320 × u8           | while a header is read                      |
 * | PRECODE_LENGTHS  | 19 × u8            | while a header is read                      |
 * | LENGTH_COUNTS    | 16 × u16           | while a table is built                      |
 * | LENGTH_STARTS    | 16 × u16           | while a table is built                      |
 * | SORTED_SYMBOLS   | 320 × u16          | while a table is built                      |
 * | *_MEANINGS       | one u32 per symbol | always, written at the start                |
 * | *_CODE           | one Code           | always, written at the start                |
 * | PRECODE_TABLE    | 128 × u32          | while a header is read                      |
 * | DISTANCE_TABLE   | 402 × u32          | until the next header with codes is read    |
 * | QUOTIENT         | 4800 bytes, 16 KiB | while bytes are divided                     |
 * | REMAINDER        | 4816 bytes         | until the host has read it                  |
 */

/**
 * Number of literal/length codes and of distance codes: 288 and 32, of which 286 and 30 have a meaning. RFC 1951 §3.2.5
 */
export const LITERAL_CODES: u32 = 288;
export const DISTANCE_CODES: u32 = 32;
export const PRECODES: u32 = 19;

/** Bits that index the first level of each table; longer codes continue in a second level. */
export const LITERAL_TABLE_BITS: u32 = 11;
export const DISTANCE_TABLE_BITS: u32 = 8;
export const PRECODE_TABLE_BITS: u32 = 7;

/**
 * Maximum number of entries of both levels together, computed with zlib's examples/enough.c for 32 codes and 8 bits;
 * for 288 codes and 11 bits it is 2342.
 */
const DISTANCE_TABLE_ENTRIES: usize = 402;

/**
 * At address 0, where the fast loop's look-ups are fastest; scripts/build-kernel.sh makes the compiler put its static
 * data after it, from 0x3000 on.
 */
export const LITERAL_TABLE: usize = 0;

/** Length codes come first, distance codes follow without a gap. */
export const CODE_LENGTHS: usize = 0x4000;
export const PRECODE_LENGTHS: usize = CODE_LENGTHS + 320;
export const LENGTH_COUNTS: usize = PRECODE_LENGTHS + 32;
export const LENGTH_STARTS: usize = LENGTH_COUNTS + 16 * 2;
export const SORTED_SYMBOLS: usize = LENGTH_STARTS + 16 * 2;
export const LITERAL_MEANINGS: usize = SORTED_SYMBOLS + 320 * 2;
export const DISTANCE_MEANINGS: usize = LITERAL_MEANINGS + 288 * 4;
export const PRECODE_MEANINGS: usize = DISTANCE_MEANINGS + 32 * 4;
export const LITERAL_CODE: usize = PRECODE_MEANINGS + 32 * 4;
export const DISTANCE_CODE: usize = LITERAL_CODE + 32;
export const PRECODE_CODE: usize = DISTANCE_CODE + 32;
export const PRECODE_TABLE: usize = PRECODE_CODE + 32;
export const DISTANCE_TABLE: usize = PRECODE_TABLE + 128 * 4;

/**
 * Bytes that are divided at a time; the part of their quotient that is still needed is then moved to the beginning of
 * QUOTIENT.
 */
export const DIVIDEND_BYTES: usize = 16 * 1024;
export const QUOTIENT: usize = (DISTANCE_TABLE + DISTANCE_TABLE_ENTRIES * 4 + 0xff) & ~0xff;
export const REMAINDER: usize = QUOTIENT + 4800 + DIVIDEND_BYTES;

/** The first address after the shared regions, at the beginning of a page of 64 KiB. */
export const SHARED_END: usize = (REMAINDER + 4816 + 0xffff) & ~0xffff;
