import { columnsOf } from "./columns-of.ts";

const LEAST = 20;

/**
 * Breaks a text at spaces into lines of at most `columns`, at least 20; a longer word gets a line of its own. Without
 * `columns` the result is one line.
 */
export function wrapText(text: string, columns: number | undefined): string[] {
  if (columns === undefined) return [text];
  const width = Math.max(LEAST, columns);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
