/**
 * The source of a regular expression for parts with a star between each two; `star` is what the one before a part
 * matches. A part matches where it first can, which leaves most to the others: an expression that also tried later
 * places would take exponential time for names such as `aaaaaaaa`.
 */
export function joinByStars(parts: readonly string[], star: (part: string) => string): string {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return first;
  // The match of a lookahead is final.
  const between = others.map((part, at) => `(?=(?<part${at}>${star(part)}?${part}))\\k<part${at}>`);
  return `${first}${between.join("")}${star(last)}${last}`;
}
