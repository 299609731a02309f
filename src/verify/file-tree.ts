import type { Inode } from "./file-entry.ts";

/** What a name refers to. Names that share an inode are hard links of each other. */
export type TreeNode = Directory | Inode | Whiteout;

export interface Directory {
  readonly kind: "directory";
  /** Its metadata; replaced when it is listed again. */
  inode: Inode;
  /** Some entry lists it; otherwise it exists only because of what is in it (R3.1). */
  listed: boolean;
  /** Hides what lower layers have in it; meaningless in a merged tree. */
  opaque: boolean;
  readonly children: Map<string, TreeNode>;
}

/** Removes the name from lower layers; in the tree of one layer only. */
export interface Whiteout {
  readonly kind: "whiteout";
}

/** A directory that an entry lists. */
export function listedDirectory(inode: Inode): Directory {
  return { kind: "directory", inode, listed: true, opaque: false, children: new Map() };
}

/** A directory that no entry lists: 0755 0:0, with the time of the entry that caused it (R3.1). */
export function impliedDirectory(cause: Pick<Inode, "seconds" | "nanoseconds">): Directory {
  return { ...listedDirectory(bareInode(cause)), listed: false };
}

/** The inode of a directory that no entry lists, or that was reset (D3): everything but the time is fixed. */
export function bareInode({ seconds, nanoseconds }: Pick<Inode, "seconds" | "nanoseconds">): Inode {
  return {
    kind: "inode",
    type: "d",
    mode: 0o755,
    uid: 0,
    gid: 0,
    seconds,
    nanoseconds,
    xattrs: new Map(),
    size: 0,
    content: "",
    target: "",
    major: 0,
    minor: 0,
    inherited: undefined,
    names: 0,
  };
}
