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

/**
 * What a distribution's packages bring, and the packages of languages: documentation with examples, tests with keys
 * that are no one's. To search it would cost more than all the rest of a scan.
 */
const NOT_LOOKED_AT =
  /^(?:\.?\/)?(?:usr\/(?!local\/|src\/)|usr\/local\/(?:lib|go|share|include|cargo|rustup)\/|(?:lib(?:32|64)?|s?bin)\/|var\/(?:cache|lib\/(?:dpkg|apt|rpm|dnf|pacman))\/)|(?:^|\/)(?:node_modules|(?:site|dist)-packages|gems|testdata|__tests__)\//;

/** Whether a file of this path is searched at all. */
export function mayHoldSecrets(path: string): boolean {
  return !NOT_LOOKED_AT.test(path);
}

/** What in a text looks like a secret, by the documented patterns. Texts without any cost a few nanoseconds a byte. */
export function findSecrets(text: string, path: string): FoundSecret[] {
  const anchored = SECRET_ANCHORS.test(text);
  return SECRET_PATTERNS.filter(({ paths }) => (paths === undefined ? anchored : paths.test(path))).flatMap((pattern) =>
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
