/**
 * A copy of a text without lone surrogates. V8 represents a slice of a string as a reference to the whole string, so
 * keeping a short slice would keep all of a long text in memory.
 */
export function ownText(slice: string): string {
  return Buffer.from(slice).toString();
}
