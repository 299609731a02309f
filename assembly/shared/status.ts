/**
 * Results of a step of decoding: 0 if it is done, positive for what it needs, negative for damage, which is final. The
 * host has the same numbers in src/kernel/status.ts.
 */

export const DONE: i32 = 0;
/** The step needs more bits. It had no effect, and must be repeated from its beginning. */
export const NEED_INPUT: i32 = 1;

// Kinds of damage, in the order in which they are found in a block. zlib refuses the same streams for the same reasons.
export const BLOCK_TYPE_INVALID: i32 = -1;
export const STORED_LENGTH_INVALID: i32 = -2;
export const TOO_MANY_CODES: i32 = -3;
export const CODE_LENGTH_CODE_INVALID: i32 = -4;
export const REPEAT_INVALID: i32 = -5;
export const END_OF_BLOCK_MISSING: i32 = -6;
export const LITERAL_CODE_INVALID: i32 = -7;
export const DISTANCE_CODE_INVALID: i32 = -8;
export const LITERAL_INVALID: i32 = -9;
export const DISTANCE_INVALID: i32 = -10;
export const DISTANCE_TOO_FAR: i32 = -11;
