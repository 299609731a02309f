/**
 * What a run of this kernel may end with besides shared/status.ts. The host knows the same numbers:
 * src/kernel/status.ts.
 */

/** OUTPUT is full. */
export const NEED_OUTPUT: i32 = 2;
/** BLOCKS is full. */
export const NEED_BLOCKS: i32 = 3;
/** The last block of the member has ended; what comes next begins at the next whole byte. */
export const MEMBER_ENDED: i32 = 4;
