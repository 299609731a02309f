import { bareInode, type Directory } from "./file-tree.ts";
import type { MergeRules } from "./merge-rules.ts";

/**
 * Lays the tree of a layer over the merged tree of those below, as overlayfs merges directories (§4). `upper` becomes
 * part of `merged`.
 */
export function layOver(merged: Directory, upper: Directory, rules: MergeRules): void {
  const pairs = [{ lower: merged, upper }];
  for (const pair of pairs) {
    uniteMetadata(pair.lower, pair.upper, rules.unlistedIsReset && pair.lower !== merged);
    if (pair.upper.opaque) pair.lower.children.clear();
    for (const [name, node] of pair.upper.children) {
      const below = pair.lower.children.get(name);
      if (node.kind === "whiteout") pair.lower.children.delete(name);
      else if (node.kind === "directory" && below?.kind === "directory") pairs.push({ lower: below, upper: node });
      else pair.lower.children.set(name, node.kind === "directory" ? withoutWhiteouts(node) : node);
    }
  }
}

/**
 * R4.2: a directory that is listed again takes all metadata of the upper entry. D3: one that is not listed keeps its
 * own, or is reset to nothing but its time.
 */
function uniteMetadata(lower: Directory, upper: Directory, reset: boolean): void {
  if (upper.listed) {
    lower.inode = upper.inode;
    lower.listed = true;
  } else if (reset) lower.inode = { ...bareInode(lower.inode), inherited: upper.inode.inherited };
}

/** Removes the whiteouts of a directory that lower layers do not have: they have nothing to remove. */
function withoutWhiteouts(directory: Directory): Directory {
  const directories = [directory];
  for (const { children } of directories) {
    for (const [name, child] of children) {
      if (child.kind === "whiteout") children.delete(name);
      else if (child.kind === "directory") directories.push(child);
    }
  }
  return directory;
}
