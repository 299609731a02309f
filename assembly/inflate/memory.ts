import { SHARED_END } from "../shared/memory";

/**
 * Memory map of the inflate kernel, after the shared regions.
 *
 * | region  | bytes             | use                                                                          |
 * |---------|-------------------|------------------------------------------------------------------------------|
 * | INPUT   | 256 KiB           | unread bytes are moved to its beginning when more arrive                     |
 * | slack   | 64                | may be read, but has no effect                                               |
 * | BLOCKS  | 256 × 4 × f64     | valid from one run to the next                                               |
 * | HISTORY | 32 KiB            | the bytes before OUTPUT, moved here when OUTPUT is full                      |
 * | OUTPUT  | 256 KiB           | valid from one run to the next                                               |
 * | slack   | 512               | a symbol that begins in OUTPUT may end here; wide stores reach a bit further |
 */
export const INPUT: usize = SHARED_END;
export const INPUT_BYTES: usize = 256 * 1024;

export const BLOCKS: usize = INPUT + INPUT_BYTES + 64;
export const BLOCK_BYTES: usize = 4 * 8;
export const MAX_BLOCKS: u32 = 256;

/** How far back a distance reaches. RFC 1951 §2 */
export const REACH: usize = 32 * 1024;
export const HISTORY: usize = BLOCKS + <usize>MAX_BLOCKS * BLOCK_BYTES;
export const OUTPUT: usize = HISTORY + REACH;
export const OUTPUT_BYTES: usize = 256 * 1024;
export const OUTPUT_END: usize = OUTPUT + OUTPUT_BYTES;
export const OUTPUT_SLACK: usize = 512;

export const MEMORY_PAGES: i32 = <i32>((OUTPUT_END + OUTPUT_SLACK + 0xffff) >> 16);
