import { SHARED_END } from "../shared/memory";

/**
 * The splicing kernel's own part of linear memory.
 *
 * | region             | elements           | use                                                         |
 * |--------------------|--------------------|-------------------------------------------------------------|
 * | HEADER_COPY        | 2283 bits          | header of the block that is being walked                    |
 * | RANGES             | 64 × 3 × i64       | earlier copies from the walked stream, during a copy        |
 * | TOKENS             | 16,384 × u32       | the block that is being collected                           |
 * | *_COUNTS           | one u32 per symbol | the same                                                    |
 * | *_LENGTHS, *_WORDS | u8, u16 per symbol | while a block is written                                    |
 * | ORDER, SPARE, KEYS | 288 × u32 each     | while a code is made                                        |
 * | BINS               | 256 × u32          | the same                                                    |
 * | ROW, RUNS          | 320 × u8, u16      | while a header is written                                   |
 * | HEADS, HEADS3      | 32,768 × u32 each  | always: last position for each hash of four or three bytes  |
 * | CHAIN              | 32,768 × u32       | always: the position before that with the same four's hash  |
 * | INPUT              | bytes of a blob    | while they are walked or copied                             |
 * | WINDOW             | bytes of the tar   | 32 KiB before the bytes being written, and the ones after   |
 * | OUTPUT             | bytes              | until the host takes them                                   |
 */

/** Maximum number of tokens of a block. */
export const MAX_TOKENS: u32 = 16_384;
/** Maximum number of earlier copies to which matches can be redirected. */
export const MAX_RANGES: u32 = 64;

/** Number of symbols of each code. The last two of each are part of the fixed code but never occur. RFC 1951 §3.2.6 */
export const LITERALS: u32 = 288;
export const DISTANCES: u32 = 32;

/** Space after a region for loads and stores of whole words that reach beyond its end. */
const SLACK: usize = 64;

export const HEADER_COPY: usize = SHARED_END;
export const RANGES: usize = HEADER_COPY + 512;
export const TOKENS: usize = RANGES + <usize>MAX_RANGES * 24;
export const LITERAL_COUNTS: usize = TOKENS + <usize>MAX_TOKENS * 4;
export const DISTANCE_COUNTS: usize = LITERAL_COUNTS + 288 * 4;
export const PRECODE_COUNTS: usize = DISTANCE_COUNTS + 32 * 4;
export const LITERAL_LENGTHS: usize = PRECODE_COUNTS + 32 * 4;
export const DISTANCE_LENGTHS: usize = LITERAL_LENGTHS + 288;
export const WRITTEN_PRECODE_LENGTHS: usize = DISTANCE_LENGTHS + 32;
/** The lengths of both codes in one row, as in a header. */
export const ROW: usize = WRITTEN_PRECODE_LENGTHS + 32;
export const LITERAL_WORDS: usize = ROW + 320;
export const DISTANCE_WORDS: usize = LITERAL_WORDS + 288 * 2;
export const PRECODE_WORDS: usize = DISTANCE_WORDS + 32 * 2;
export const ORDER: usize = PRECODE_WORDS + 32 * 2;
export const SPARE: usize = ORDER + 288 * 4;
export const KEYS: usize = SPARE + 288 * 4;
export const BINS: usize = KEYS + 288 * 4;
export const RUNS: usize = BINS + 256 * 4;
export const HEADS: usize = (RUNS + 320 * 2 + 0xff) & ~0xff;
export const HEADS3: usize = HEADS + 32_768 * 4;
export const CHAIN: usize = HEADS3 + 32_768 * 4;
export const INPUT: usize = CHAIN + 32_768 * 4;
export const INPUT_SIZE: usize = 1_048_576 + 16_384;
export const WINDOW: usize = INPUT + INPUT_SIZE + SLACK;
export const WINDOW_SIZE: usize = 1_048_576;
export const OUTPUT: usize = WINDOW + WINDOW_SIZE + 512;
export const OUTPUT_SIZE: usize = 2 * 1_048_576 + 262_144;
export const MEMORY_END: usize = OUTPUT + OUTPUT_SIZE + SLACK;
