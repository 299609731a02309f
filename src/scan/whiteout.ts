import type { EntryPath } from "../tar/entry.ts";
import { baseName, parentPath } from "../tar/path.ts";

/** The meaning of an entry's name, regardless of the entry's type and content (R3.2). */
export interface NameMeaning {
  /**
   * `entry`: an ordinary entry with this path. `whiteout`: removes `path` from lower layers, image-spec
   * layer.md#whiteouts. `opaque`: hides what lower layers have in the directory `path`, image-spec
   * layer.md#opaque-whiteout. `aufs-file`: a file that AUFS keeps as the target of hard links; `path` is its basename.
   * `aufs`: any other internal file of AUFS. `invalid`: would remove nothing, the directory itself, or its parent.
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
 * The meaning of a cleaned path. Only the basename makes a whiteout; `.wh.` in other components is an ordinary name.
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

/** If a cleaned hard-link target is an `aufs-file`, the basename of that file; else undefined. */
export function aufsLinkTarget(target: string): string | undefined {
  return target.startsWith(AUFS_LINKS) ? baseName(target) : undefined;
}

/** The name in a layer of a whiteout of `path`, or of the opaque whiteout of the directory `path`. */
export function markerName(kind: "whiteout" | "opaque", path: string): string {
  const parent = kind === "opaque" ? path : parentPath(path as EntryPath);
  const name = kind === "opaque" ? OPAQUE : `${PREFIX}${baseName(path)}`;
  return parent === "" ? name : `${parent}/${name}`;
}
