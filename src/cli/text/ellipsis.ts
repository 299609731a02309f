import { columnsOf } from "./columns-of.ts";

let segmenter: Intl.Segmenter | undefined;

/**
 * Chars examined at either end of a text, per column: segmenting takes microseconds per character, and a text may have
 * millions.
 */
const UNITS_PER_COLUMN = 32;

/** Shortens a text to a number of terminal columns by leaving out its middle, where paths and digests differ least. */
export function middleEllipsis(text: string, columns: number, mark: string): string {
  const reach = columns * UNITS_PER_COLUMN;
  const whole = text.length <= 2 * reach;
  if (whole && columnsOf(text) <= columns) return text;
  const room = columns - columnsOf(mark);
  if (room < 2) return endEllipsis(text, columns, "");
  const head = takeColumns(graphemesOf(whole ? text : text.slice(0, reach)), Math.ceil(room / 2));
  const ending = graphemesOf(whole ? text : text.slice(-reach)).reverse();
  const tail = takeColumns(ending, room - columnsOf(head.join("")));
  return `${head.join("")}${mark}${tail.reverse().join("")}`;
}

/** Shortens a text to a number of terminal columns by cutting its end. */
export function endEllipsis(text: string, columns: number, mark: string): string {
  const reach = columns * UNITS_PER_COLUMN;
  if (text.length <= reach && columnsOf(text) <= columns) return text;
  return takeColumns(graphemesOf(text.slice(0, reach)), columns - columnsOf(mark)).join("") + mark;
}

/** The segmenter is made when it is first needed, which few runs do: Unicode's tables take milliseconds to load. */
function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function takeColumns(graphemes: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const grapheme of graphemes) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    taken.push(grapheme);
  }
  return taken;
}
