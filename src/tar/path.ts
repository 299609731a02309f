import type { EntryPath } from "./entry.ts";

/** The path of the root directory. */
export const ROOT_PATH = "" as EntryPath;

/**
 * Cleans a raw name lexically, relative to the root, without leading and trailing slash (R2.1): `./a`, `/a` and
 * `q/../a` are all `a`. If `..` leads out of the root, returns undefined, or with `clamp` stays at the root (R2.2).
 */
export function cleanPath(name: string, clamp = false): EntryPath | undefined {
  const trimmed = name.endsWith("/") ? name.slice(0, -1) : name;
  if (isClean(trimmed)) return trimmed as EntryPath;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined && !clamp) return undefined;
  }
  return parts.join("/") as EntryPath;
}

/** The path without its last component; the root for a path of one component. */
export function parentPath(path: EntryPath): EntryPath {
  return path.slice(0, Math.max(0, path.lastIndexOf("/"))) as EntryPath;
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The length in bytes of the longest component of a path. */
export function longestComponent(path: string): number {
  let longest = 0;
  let start = 0;
  while (start <= path.length) {
    const slash = path.indexOf("/", start);
    const end = slash === -1 ? path.length : slash;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest;
}

/** The name of a path in a flat tar: that of a directory ends with a slash, the root is `./` (R5.2, R5.8). */
export function memberName(path: string, directory: boolean): string {
  if (!directory) return path;
  return path === "" ? "./" : `${path}/`;
}

/**
 * Whether no component is empty, `.` or `..`; one pass without allocation, since nearly all file names are clean.
 */
function isClean(name: string): boolean {
  let start = 0;
  for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", start)) {
    if (isSpecial(name, start, slash)) return false;
    start = slash + 1;
  }
  return !isSpecial(name, start, name.length);
}

function isSpecial(name: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return true;
  return length <= 2 && name.charCodeAt(start) === DOT && name.charCodeAt(end - 1) === DOT;
}

const DOT = 0x2e;
