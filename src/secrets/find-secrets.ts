import { crc32 } from "node:zlib";
import { ownText } from "../bytes/own-text.ts";
import { SECRET_ANCHORS, SECRET_PATTERNS, type SecretPattern } from "./secret-patterns.ts";

/** Something in a text that looks like a secret. */
export interface FoundSecret {
  /** Name of the pattern. */
  readonly pattern: string;
  /** 1 = first. */
  readonly line: number;
  /** The beginning of what was found, with the rest struck out. */
  readonly excerpt: string;
  /** The same for equal secrets; reveals nothing else about them. */
  readonly fingerprint: number;
}

/**
 * Files of distribution and language packages: examples in documentation, and keys that exist only for tests. Searching
 * them would cost more than the rest of a scan.
 */
const NOT_LOOKED_AT =
  /^(?:\.?\/)?(?:usr\/(?!local\/|src\/)|usr\/local\/(?:lib|go|share|include|cargo|rustup)\/|(?:lib(?:32|64)?|s?bin)\/|var\/(?:cache|lib\/(?:dpkg|apt|rpm|dnf|pacman))\/)|(?:^|\/)(?:node_modules|(?:site|dist)-packages|gems|testdata|__tests__)\//;

/** Whether a file of this path is searched at all. */
export function mayHoldSecrets(path: string): boolean {
  return !NOT_LOOKED_AT.test(path);
}

/**
 * What in a text looks like a secret, by the documented patterns, the first `most` of all. Texts without any cost a few
 * nanoseconds per byte.
 */
export function findSecrets(text: string, path: string, most: number): FoundSecret[] {
  const anchored = SECRET_ANCHORS.test(text);
  const found: FoundSecret[] = [];
  for (const pattern of SECRET_PATTERNS) {
    if (!(pattern.paths === undefined ? anchored : pattern.paths.test(path))) continue;
    for (const secret of matchesOf(pattern, text)) {
      if (found.length === most) return found;
      found.push(secret);
    }
  }
  return found;
}

function* matchesOf(pattern: SecretPattern, text: string): Generator<FoundSecret, void> {
  const lines = lineCounter(text);
  for (const match of text.matchAll(pattern.expression)) {
    yield {
      pattern: pattern.name,
      line: lines(match.index),
      excerpt: ownText(`${match[0].slice(0, pattern.shown).replace(/\s+/g, " ").trim()}…`),
      fingerprint: crc32(wholeSecret(text, match, pattern)),
    };
  }
}

/** A match with the rest of its secret: private keys of one kind begin alike. */
function wholeSecret(text: string, { 0: found, index }: RegExpExecArray, { rest }: SecretPattern): string {
  if (rest === undefined) return found;
  const after = new RegExp(rest, "y");
  after.lastIndex = index + found.length;
  return found + (after.exec(text)?.[0] ?? "");
}

/** The line of an index, 1 = first; indexes must not become smaller from one call to the next. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let end = text.indexOf("\n");
  return (index) => {
    for (; end !== -1 && end < index; end = text.indexOf("\n", end + 1)) line += 1;
    return line;
  };
}
