const LEAST = 20;

/**
 * Breaks a text at spaces into lines of at most `columns`, at least 20; a longer word gets a line of its own. Without
 * `columns` the result is one line.
 */
export function wrapText(text: string, columns: number | undefined): string[] {
  const width = Math.max(LEAST, columns ?? Number.POSITIVE_INFINITY);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
