import { endOf, endOfQuoted } from "./scan-text.ts";

const SEPARATOR = /\s*,?\s*/y;

/** A string of a list as it is written, and what it says. */
interface Item {
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** Writes another value in its place. */
  write(value: string): string;
}

/**
 * Replaces the strings in lists such as `["a","b"]`, or `["a" "b"]` as Go prints them, by what `change` makes of them;
 * every other character is kept. Takes time in proportion to the text.
 */
export function mapLists(text: string, change: (strings: readonly string[]) => readonly string[]): string {
  const kept: string[] = [];
  let done = 0;
  for (let from = text.indexOf('["'); from !== -1; ) {
    const { items, end, closed } = readList(text, from + 1);
    const changed = closed ? change(items.map(({ value }) => value)) : [];
    for (const [at, item] of items.entries()) {
      const value = changed[at] ?? item.value;
      if (value === item.value) continue;
      kept.push(text.slice(done, item.start), item.write(value));
      done = item.end;
    }
    from = text.indexOf('["', end);
  }
  return kept.join("") + text.slice(done);
}

/** Reads strings up to the bracket, or to what does not belong to a list. */
function readList(text: string, start: number) {
  const items: Item[] = [];
  for (let at = start; ; ) {
    if (text[at] !== '"') return { items, end: at, closed: text[at] === "]" };
    const end = endOfQuoted(text, at + 1);
    items.push(itemAt(text, at, end));
    at = endOf(SEPARATOR, text, end) ?? end;
  }
}

function itemAt(text: string, start: number, end: number): Item {
  const literal = text.slice(start, end);
  try {
    return { start, end, value: String(JSON.parse(literal)), write: (value) => JSON.stringify(value) };
  } catch {
    // Go has escapes that JSON does not have.
    return { start, end, value: literal.slice(1, -1), write: (value) => `"${value}"` };
  }
}
