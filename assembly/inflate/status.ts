/**
 * Results of a run of this kernel besides those of shared/status.ts. The host has the same numbers in
 * src/kernel/status.ts.
 */

/** OUTPUT is full. */
export const NEED_OUTPUT: i32 = 2;
/** BLOCKS is full. */
export const NEED_BLOCKS: i32 = 3;
/** The last block of the member has ended; the trailer begins at the next whole byte. */
export const MEMBER_ENDED: i32 = 4;
