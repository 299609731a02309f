/**
 * What a step of decoding ended with: 0 when it is done, a positive number for what it waits for, a negative one for
 * damage, which is final. The host knows the same numbers: src/kernel/status.ts.
 */

export const DONE: i32 = 0;
/** The step needs bits that have not arrived; nothing of it was done, and it is to be repeated from where it began. */
export const NEED_INPUT: i32 = 1;

// Damage, in the order in which a block can show it. zlib refuses the same streams for the same reasons.
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
