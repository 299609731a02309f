import type { Inode } from "./file-entry.ts";
import type { Directory } from "./file-tree.ts";

/** Makes nothing in a merged tree younger than a time, as was asked for of the result. */
export function clampInodes(root: Directory, latest: Pick<Inode, "seconds" | "nanoseconds">): void {
  const directories = [root];
  for (const { inode, children } of directories) {
    clamp(inode, latest);
    for (const node of children.values()) {
      if (node.kind === "directory") directories.push(node);
      if (node.kind === "leaf") clamp(node.inode, latest);
    }
  }
}

function clamp(inode: Inode, { seconds, nanoseconds }: Pick<Inode, "seconds" | "nanoseconds">): void {
  if (inode.seconds < seconds || (inode.seconds === seconds && inode.nanoseconds <= nanoseconds)) return;
  inode.seconds = seconds;
  inode.nanoseconds = nanoseconds;
}
