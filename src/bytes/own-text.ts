/**
 * The same text in memory of its own. Engines of JavaScript represent a slice of a string by a reference to the whole
 * string, so a short text that is kept would keep a MiB in memory.
 */
export function ownText(slice: string): string {
  return Buffer.from(slice).toString();
}
