/**
 * Everything that escapeText escapes and JSON.stringify does not: DEL and C1 controls, bidi and other format
 * characters, separators, private-use and unassigned characters. A character left out here would be escaped on output
 * as `\u{e000}`, which is not valid JSON.
 */
const UNPRINTABLE = /[\x7f-\x9f\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * Serializes a value as JSON that is safe to show on a terminal: it parses to the same value, but nothing in it can
 * move the cursor, hide or reorder text.
 */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNPRINTABLE, (char) =>
    [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
