import { crc32 } from "node:zlib";
import { SECRET_ANCHORS, SECRET_PATTERNS } from "./secret-patterns.ts";

/** Something in a text that looks like a secret. */
export interface FoundSecret {
  /** Name of the pattern. */
  readonly pattern: string;
  /** From 1 on. */
  readonly line: number;
  /** The beginning of what was found, with the rest struck out. */
  readonly excerpt: string;
  /** The same for equal secrets; says nothing else of them. */
  readonly fingerprint: number;
}

/** Matches of one pattern in one text that are told. */
const MOST = 5;

/** Third-party code and its tests come with keys that are no one's, and documentation with examples. */
const NOT_LOOKED_AT =
  /(?:^|\/)(?:usr\/share\/(?:doc|man|info|locale|i18n|zoneinfo|perl\d*|vim)|usr\/include|node_modules|(?:site|dist)-packages|gems|testdata|__tests__)\//;

/** Whether a file of this path is searched at all. */
export function mayHoldSecrets(path: string): boolean {
  return !NOT_LOOKED_AT.test(path);
}

/** What in a text looks like a secret, by the documented patterns. Texts without any cost about a nanosecond a byte. */
export function findSecrets(text: string, path: string): FoundSecret[] {
  if (!SECRET_ANCHORS.test(text)) return [];
  return SECRET_PATTERNS.filter(({ paths }) => paths === undefined || paths.test(path)).flatMap((pattern) =>
    [...text.matchAll(pattern.expression)].slice(0, MOST).map((match) => ({
      pattern: pattern.name,
      line: lineOf(text, match.index),
      excerpt: `${match[0].slice(0, pattern.shown).replace(/\s+/g, " ").trim()}…`,
      fingerprint: crc32(match[0]),
    })),
  );
}

function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
