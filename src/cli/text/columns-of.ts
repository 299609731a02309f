import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import type exactly from "string-width";

/**
 * Printable ASCII and Latin-1, and the punctuation, arrows, lines, ticks and dots that planish itself prints: a column
 * each, in every terminal.
 */
const NARROW = /^[ -~¡-¬®-ÿ‐-‧←-↓─-▟✓✗⠀-⣿]*$/;

let measure: typeof exactly | undefined;

/**
 * How many columns of a terminal a text takes; colours take none. The patterns of Unicode that other characters are
 * measured with take as long to compile as all else does that a small run needs, and so they are loaded when the first
 * of them is met.
 */
export function columnsOf(text: string): number {
  const shown = text.includes("\x1b") ? stripVTControlCharacters(text) : text;
  if (NARROW.test(shown)) return shown.length;
  measure ??= (createRequire(import.meta.url)("string-width") as { readonly default: typeof exactly }).default;
  return measure(shown);
}
