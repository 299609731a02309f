import type { EntryPath } from "../tar/entry.ts";
import { baseName, parentPath } from "../tar/path.ts";

/** What the name of an entry means, whatever its type and content are (R3.2). */
export interface NameMeaning {
  /**
   * `entry`: an entry of this path. `whiteout`: removes `path` from lower layers, image-spec layer.md#whiteouts.
   * `opaque`: hides what lower layers have in the directory `path`, image-spec layer.md#opaque-whiteout. `aufs-file`:
   * something that AUFS keeps for the hard links to it, by its basename. `aufs`: something else of AUFS's own.
   * `invalid`: would remove the directory itself or its parent.
   */
  readonly kind: "entry" | "whiteout" | "opaque" | "aufs-file" | "aufs" | "invalid";
  readonly path: EntryPath;
}

const PREFIX = ".wh.";
const AUFS_PREFIX = ".wh..wh.";
const OPAQUE = ".wh..wh..opq";
const AUFS_LINKS = ".wh..wh.plnk/";
const INVALID: ReadonlySet<string> = new Set([".wh.", ".wh..", ".wh..."]);

/**
 * Tells what a cleaned path means. Only the basename makes a whiteout; `.wh.` in another component is an ordinary name.
 */
export function nameMeaning(path: EntryPath): NameMeaning {
  if (!path.includes(PREFIX)) return { kind: "entry", path };
  const base = baseName(path);
  if (INVALID.has(base)) return { kind: "invalid", path };
  if (path.startsWith(AUFS_PREFIX) && path !== OPAQUE) {
    return path.startsWith(AUFS_LINKS) ? { kind: "aufs-file", path: base as EntryPath } : { kind: "aufs", path };
  }
  if (!base.startsWith(PREFIX)) return { kind: "entry", path };
  const parent = parentPath(path);
  if (base === OPAQUE) return { kind: "opaque", path: parent };
  const name = base.slice(PREFIX.length);
  return { kind: "whiteout", path: (parent === "" ? name : `${parent}/${name}`) as EntryPath };
}

/** The basename of the kept-aside file that a cleaned hard-link target names; undefined when it names none. */
export function aufsLinkTarget(target: string): string | undefined {
  return target.startsWith(AUFS_LINKS) ? baseName(target) : undefined;
}

/** The name under which a whiteout of `path`, or the opaque whiteout of the directory `path`, stands in a layer. */
export function markerName(kind: "whiteout" | "opaque", path: string): string {
  const parent = kind === "opaque" ? path : parentPath(path as EntryPath);
  const name = kind === "opaque" ? OPAQUE : `${PREFIX}${baseName(path)}`;
  return parent === "" ? name : `${parent}/${name}`;
}
