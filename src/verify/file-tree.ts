import type { Inode } from "./file-entry.ts";

/** What stands under a name. Names of anything but directories that have one inode are hard links of each other. */
export type TreeNode = Directory | Inode | Whiteout;

export interface Directory {
  readonly kind: "directory";
  /** Its metadata; replaced when it is listed again. */
  inode: Inode;
  /** Some entry lists it; otherwise it stands for what is in it alone (R3.1). */
  listed: boolean;
  /** Hides what lower layers have in it; of no meaning in a merged tree. */
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

/** A directory that something below it makes: 0755 and root's, as old as what made it (R3.1). */
export function impliedDirectory(cause: Pick<Inode, "seconds" | "nanoseconds">): Directory {
  return { ...listedDirectory(bareInode(cause)), listed: false };
}

/** What a directory has that nobody lists, or that was reset (D3): only the time is anybody's. */
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
