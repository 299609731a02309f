import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import type exactly from "string-width";

/**
 * Printable ASCII and Latin-1, and the punctuation, arrows, lines, ticks and dots that planish itself prints: each
 * takes one column in every terminal.
 */
const NARROW = /^[ -~¡-¬®-ÿ‐-‧←-↓─-▟✓✗⠀-⣿]*$/;

let measure: typeof exactly | undefined;

/**
 * The number of terminal columns that a text takes; colours take none. string-width is loaded only for other
 * characters, since compiling its Unicode patterns takes as long as everything else in a small run.
 */
export function columnsOf(text: string): number {
  const shown = text.includes("\x1b") ? stripVTControlCharacters(text) : text;
  if (NARROW.test(shown)) return shown.length;
  measure ??= (createRequire(import.meta.url)("string-width") as { readonly default: typeof exactly }).default;
  return measure(shown);
}
