/**
 * Splits at white space outside of quotes; quotes and backslashes stay in the words.
 * Dockerfile reference, ENV and LABEL
 */
export function splitWords(text: string): string[] {
  return text.match(/(?:\\[\s\S]|'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|[^\s\\'"])+|\\$/g) ?? [];
}

/** Name and value of `NAME=VALUE`, at the first `=`; undefined without one. */
export function nameAndValue(word: string): readonly [name: string, value: string] | undefined {
  const at = word.indexOf("=");
  return at < 1 ? undefined : [word.slice(0, at), word.slice(at + 1)];
}

/**
 * The strings of a JSON array; undefined for anything that is not a JSON array, which Docker reads as text. An array of
 * other things, and one with something after it, which Docker ignores, must be mistakes.
 * @throws what `invalid` makes of the reason
 */
export function jsonList(text: string, invalid: (why: string) => Error): readonly string[] | undefined {
  const value = parsedArray(text);
  if (value?.every((item) => typeof item === "string")) return value;
  if (value !== undefined) throw invalid("a JSON array of it may hold only strings");
  if (parsedArray(text.slice(0, text.indexOf("]") + 1)) !== undefined)
    throw invalid("something follows its JSON array");
  return undefined;
}

function parsedArray(text: string): readonly unknown[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
