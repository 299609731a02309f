/**
 * Results of a run of the inflate kernel, the same as in assembly/shared/status.ts and assembly/inflate/status.ts.
 * Negative numbers mean damage.
 */
export const STATUS = {
  needInput: 1,
  needOutput: 2,
  needBlocks: 3,
  memberEnded: 4,
} as const;

/** Kinds of damage, in the well-known words of zlib. */
const DAMAGE: Readonly<Record<number, string>> = {
  [-1]: "invalid block type",
  [-2]: "invalid stored block lengths",
  [-3]: "too many length or distance symbols",
  [-4]: "invalid code lengths set",
  [-5]: "invalid bit length repeat",
  [-6]: "invalid code -- missing end-of-block",
  [-7]: "invalid literal/lengths set",
  [-8]: "invalid distances set",
  [-9]: "invalid literal/length code",
  [-10]: "invalid distance code",
  [-11]: "invalid distance too far back",
};

/** Describes the damage for a negative status. */
export function describeDamage(status: number): string {
  return DAMAGE[status] ?? `status ${status}`;
}
