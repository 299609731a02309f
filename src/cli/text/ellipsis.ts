import stringWidth from "string-width";

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Shortens a text to a number of terminal columns by leaving out its middle, where paths and digests differ least. */
export function middleEllipsis(text: string, columns: number, mark: string): string {
  if (stringWidth(text) <= columns) return text;
  const room = columns - stringWidth(mark);
  if (room < 2) return endEllipsis(text, columns, "");
  const graphemes = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  const head = takeColumns(graphemes, Math.ceil(room / 2));
  const tail = takeColumns(graphemes.reverse(), room - stringWidth(head.join("")));
  return `${head.join("")}${mark}${tail.reverse().join("")}`;
}

/** Shortens a text to a number of terminal columns by cutting its end. */
export function endEllipsis(text: string, columns: number, mark: string): string {
  if (stringWidth(text) <= columns) return text;
  const graphemes = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  return takeColumns(graphemes, columns - stringWidth(mark)).join("") + mark;
}

function takeColumns(graphemes: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const grapheme of graphemes) {
    used += stringWidth(grapheme);
    if (used > columns) break;
    taken.push(grapheme);
  }
  return taken;
}
