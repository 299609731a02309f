/**
 * A test of cleaned paths against patterns: `*` and `?` stay within one name, `**` stands for any number of names, `{a,b}` for either; everything else means itself.
 * Cheap enough for every path of an image: all patterns are one regular expression.
 */
export function pathTest(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const expression = new RegExp(`^(?:${patterns.map(sourceOf).join("|")})$`, "s");
  return (path) => expression.test(path);
}

function sourceOf(pattern: string): string {
  return pattern.replace(/\*\*\/|\/\*\*$|\*\*|[\s\S]/g, (part) => {
    const meaning = MEANINGS[part];
    return meaning ?? part.replace(/[.+^$()|[\]\\]/, "\\$&");
  });
}

const MEANINGS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "/**": "/.+",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
  "{": "(?:",
  "}": ")",
  ",": "|",
};
