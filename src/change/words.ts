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
 * The strings of a JSON array; undefined for anything that is not a JSON array, which Docker reads as text. `mixed` for
 * an array of other things, which must be a mistake.
 */
export function jsonList(text: string): readonly string[] | "mixed" | undefined {
  if (!text.startsWith("[")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => typeof item === "string") ? value : "mixed";
}
