const QUOTE_OR_ESCAPE = /["\\]/g;

/** The end of a text in double quotes, after the closing one, as in shells; `start` is behind the opening one. */
export function endOfQuoted(text: string, start: number): number {
  for (let from = start; ; ) {
    QUOTE_OR_ESCAPE.lastIndex = from;
    const found = QUOTE_OR_ESCAPE.exec(text);
    if (found === null) return text.length;
    if (found[0] === '"') return found.index + 1;
    from = found.index + 2;
  }
}

/** Where the match of a sticky expression that begins at `start` ends. */
export function endOf(expression: RegExp, text: string, start: number): number | undefined {
  expression.lastIndex = start;
  return expression.test(text) ? expression.lastIndex : undefined;
}
