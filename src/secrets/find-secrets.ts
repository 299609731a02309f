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

/** The most matches of one pattern in one text that are reported. */
const MOST = 5;

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
 * What in a text looks like a secret, by the documented patterns. Texts without any cost a few nanoseconds per byte.
 */
export function findSecrets(text: string, path: string): FoundSecret[] {
  const anchored = SECRET_ANCHORS.test(text);
  return SECRET_PATTERNS.filter(({ paths }) => (paths === undefined ? anchored : paths.test(path))).flatMap((pattern) =>
    [...text.matchAll(pattern.expression)].slice(0, MOST).map((match) => ({
      pattern: pattern.name,
      line: lineOf(text, match.index),
      excerpt: ownText(`${match[0].slice(0, pattern.shown).replace(/\s+/g, " ").trim()}…`),
      fingerprint: crc32(wholeSecret(text, match, pattern)),
    })),
  );
}

/** A match with the rest of its secret: private keys of one kind begin alike. */
function wholeSecret(text: string, { 0: found, index }: RegExpExecArray, { rest }: SecretPattern): string {
  if (rest === undefined) return found;
  const after = new RegExp(rest, "y");
  after.lastIndex = index + found.length;
  return found + (after.exec(text)?.[0] ?? "");
}

function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
