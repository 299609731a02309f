import { UsageError } from "../errors.ts";
import { describe } from "../oci/json.ts";
import { joinByStars } from "./join-by-stars.ts";

/** How one name of a path is matched: `any` stands for any number of names, including none. */
export type NamePattern =
  | { readonly kind: "literal"; readonly name: string }
  | { readonly kind: "glob"; readonly expression: RegExp }
  | { readonly kind: "any" };

/** One pattern of a .dockerignore file. */
export interface PathPattern {
  /** As it was written. */
  readonly text: string;
  /** It begins with `!`: it keeps what an earlier pattern matched. */
  readonly keeps: boolean;
  /** Several ways to match; names from the root on, one char a byte (latin1). */
  readonly ways: readonly (readonly NamePattern[])[];
}

/**
 * Reads a pattern by the rules of .dockerignore: `*` and `?` stop at a slash, `**` does not, `[a-z]` and `[^a-z]` are
 * sets, a backslash escapes the next character, leading and trailing slashes are ignored.
 * @throws UsageError ARGUMENT_INVALID for a pattern that cannot match anything, or that names the root
 */
export function parsePathPattern(text: string): PathPattern {
  const trimmed = text.trim();
  const keeps = trimmed.startsWith("!");
  const names = cleanNames(keeps ? trimmed.slice(1).trim() : trimmed);
  if (names.length === 0) throw invalid(text, "it names nothing in the image");
  if (names.includes("..")) throw invalid(text, "it leads out of the image");
  const inNames =
    names
      .filter((name) => name !== "**")
      .join("/")
      .split("**").length - 1;
  if (inNames > MOST_IN_NAMES) throw invalid(text, `it has ** within names more than ${MOST_IN_NAMES} times`);
  return { text: trimmed, keeps, ways: waysOf(names).map((way) => way.map((name) => namePattern(name, text))) };
}

/** Each `**` within a name doubles the ways to match. */
const MOST_IN_NAMES = 8;

/** The names of a path, cleaned as Go's filepath.Clean does; `a/../b` is `b`. */
function cleanNames(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else names.push(name);
  }
  return names;
}

/**
 * `**` within a name, as in Docker: `a**b`, also with a slash after the stars, is `ab`, or a `b` below a name that
 * begins with `a`; `a**` at the end is `a*`; and a pattern `**b` without other wildcards is anything that ends in `b`.
 */
function waysOf(written: readonly string[]): string[][] {
  const names = joinStars(written);
  let ways: string[][] = [[]];
  for (const name of names) {
    const endings = name === "**" ? [["**"]] : splitStars(name, names.length === 1);
    ways = ways.flatMap((way) => endings.map((ending) => [...way, ...ending]));
  }
  return ways;
}

/** Joins a name that ends in two stars with the next one. */
function joinStars(written: readonly string[]): string[] {
  const names: string[] = [];
  for (const name of written) {
    const before = names.at(-1) ?? "**";
    if (before !== "**" && /(?<!\\)(?:\\\\)*\*\*$/.test(before)) names.push(`${names.pop()}${name}`);
    else names.push(name);
  }
  return names;
}

function splitStars(name: string, alone: boolean): string[][] {
  const at = starsIn(name);
  if (at === -1) return [[name]];
  const [before, after] = [name.slice(0, at), name.slice(at + 2)];
  if (alone && before === "" && !/[*?[\\]/.test(after)) return [["**", `*${after}`]];
  if (after === "") return [[`${before}*`]];
  const rests = splitStars(after, false);
  return rests.flatMap(([first = "", ...more]) => [
    [`${before}${first}`, ...more],
    [`${before}*`, "**", first, ...more],
  ]);
}

/** Index of the first two stars that are not escaped; -1 without any. */
function starsIn(name: string): number {
  for (let at = 0; at < name.length; at += 1) {
    if (name[at] === "\\") at += 1;
    else if (name[at] === "*" && name[at + 1] === "*") return at;
  }
  return -1;
}

function namePattern(name: string, text: string): NamePattern {
  if (name === "**") return { kind: "any" };
  if (!/[*?[\\\]]/.test(name)) return { kind: "literal", name: bytesOf(name) };
  return { kind: "glob", expression: new RegExp(`^${expressionOf(name, text)}$`) };
}

/** The bytes of a character beyond ASCII. RFC 3629 §4 */
const MULTIBYTE = "[\\xc2-\\xdf][\\x80-\\xbf]|[\\xe0-\\xef][\\x80-\\xbf]{2}|[\\xf0-\\xf4][\\x80-\\xbf]{3}";
/** One UTF-8 character of a name whose chars are bytes; an invalid byte counts as one. */
const ONE = `(?:[\\x00-\\x7f]|${MULTIBYTE}|(?!${MULTIBYTE})[\\x80-\\xff])`;

function expressionOf(name: string, text: string): string {
  const chars = [...name];
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? "";
    if (char === "*") {
      parts.push(part);
      part = "";
    } else if (char === "?") part += ONE;
    else if (char === "[") {
      const end = setEnd(chars, at + 1);
      if (end === -1) throw invalid(text, "a bracket is not closed");
      part += setExpression(chars.slice(at + 1, end).join(""), text);
      at = end;
    } else if (char === "\\") {
      at += 1;
      if (at === chars.length) throw invalid(text, "it ends in a backslash");
      part += literal(chars[at] ?? "");
    } else part += literal(char);
  }
  return joinByStars([...parts, part], starBefore);
}

/**
 * A star before a part. It takes bytes, which is faster, unless the part begins with `?` or `[^`, which would then
 * match within a character.
 */
function starBefore(part: string): string {
  return part.startsWith("(?") ? `${ONE}*` : "[^]*";
}

/** Index of the bracket that closes a set; -1 without one. */
function setEnd(chars: readonly string[], start: number): number {
  for (let at = start; at < chars.length; at += 1) {
    if (chars[at] === "\\") at += 1;
    else if (chars[at] === "]" && at > start) return at;
  }
  return -1;
}

function setExpression(set: string, text: string): string {
  const negated = set.startsWith("^");
  const members = negated ? set.slice(1) : set;
  if (members === "" || !/^[\x20-\x7e]*$/.test(members)) throw invalid(text, "a set can hold only ASCII characters");
  const escaped = members.replace(/\\?(.)/g, (member, char) =>
    /\w/.test(char) || member === "-" ? char : `\\${char}`,
  );
  try {
    new RegExp(`[${escaped}]`);
  } catch {
    throw invalid(text, "a set is malformed");
  }
  return negated ? `(?![${escaped}])${ONE}` : `[${escaped}]`;
}

function literal(char: string): string {
  return bytesOf(char).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The bytes of a text as UTF-8, one char each. */
function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function invalid(text: string, why: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `the pattern ${describe(text)} cannot be used: ${why}`, {
    details: { hint: "patterns are those of a .dockerignore file, such as var/log/** or !var/log/app.log" },
  });
}
