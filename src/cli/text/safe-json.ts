/**
 * What JSON lets stand as it is, though a terminal or an editor acts on it: DEL and C1 controls, bidi and other format
 * characters, separators.
 */
const ACTING = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A value as JSON that is safe to show: parsed it is the same value, but what a stranger wrote cannot move, hide or
 * reorder text.
 */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(ACTING, (char) =>
    [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
