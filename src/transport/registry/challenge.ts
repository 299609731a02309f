/**
 * One challenge of a WWW-Authenticate header: the scheme in lower case, and its parameters with lower-case names. RFC
 * 9110 §11.6.1
 */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A scheme, a `name=value` pair, or a token68; separated by commas and spaces. RFC 9110 §11.2, §11.4 */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PIECE = new RegExp(
  `(?<name>${TOKEN})[ \\t]*=[ \\t]*(?:"(?<quoted>(?:[^"\\\\]|\\\\.)*)"|(?<plain>${TOKEN}))|(?<scheme>${TOKEN})(?=[ \\t]|,|$)|(?<other>[^\\s,]+)`,
  "gy",
);

/**
 * Parses all challenges of all WWW-Authenticate headers of a response, in order. Text that follows no rule is skipped.
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers.flatMap(parseHeader);
}

function parseHeader(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const { name, quoted, plain, scheme } of pieces(header)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    const value = quoted?.replace(/\\(.)/gs, "$1") ?? plain;
    const current = challenges.at(-1);
    if (name !== undefined && value !== undefined && current !== undefined) {
      current.parameters[name.toLowerCase()] ??= value;
    }
  }
  return challenges;
}

function* pieces(header: string): Generator<Record<string, string | undefined>> {
  let position = 0;
  while (position < header.length) {
    position += /^[\s,]*/.exec(header.slice(position))?.[0].length ?? 0;
    PIECE.lastIndex = position;
    const match = PIECE.exec(header);
    if (match?.groups === undefined) return;
    yield match.groups;
    position = PIECE.lastIndex;
  }
}
