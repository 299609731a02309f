/**
 * What a run of the inflate kernel ends with: assembly/shared/status.ts and assembly/inflate/status.ts say the same.
 * Negative numbers are damage.
 */
export const STATUS = {
  needInput: 1,
  needOutput: 2,
  needBlocks: 3,
  memberEnded: 4,
} as const;

/** Damage in the words of zlib, which people know. */
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

/** What the damage is that a negative status tells of. */
export function describeDamage(status: number): string {
  return DAMAGE[status] ?? `status ${status}`;
}
