import type { PlainInode } from "./listing.ts";

/** Inodes by path; "" is the root. */
export type OracleTree = Map<string, OracleNode>;

export interface OracleNode {
  readonly kind: "directory" | "leaf" | "whiteout";
  readonly inode: PlainInode;
  /** A directory that exists only because of its children. */
  readonly implied: boolean;
  readonly opaque: boolean;
}

export type OracleProfile = "containerd" | "overlay2" | "spec";

/** Lays the paths of one layer over those below; parents come before their children (merge semantics §4). */
export function lay(lower: OracleTree, upper: OracleTree, profile: OracleProfile): OracleTree {
  const merged: OracleTree = new Map(lower);
  for (const [path, node] of [...upper].sort(([a], [b]) => depth(a) - depth(b))) {
    const below = merged.get(path);
    const unites = node.kind === "directory" && below?.kind === "directory";
    if (!unites || node.opaque) removeBelow(merged, path);
    if (node.kind === "whiteout") merged.delete(path);
    else if (node.implied && unites) merged.set(path, untouched(below, path !== "" && profile === "overlay2"));
    else merged.set(path, { ...node, opaque: false });
  }
  return merged;
}

/** What a lower layer has at a path, unless the layer above hides it. */
export function shining(lower: OracleTree, tree: OracleTree, path: string): OracleNode | undefined {
  const above = path.split("/").map((_, at, parts) => parts.slice(0, at).join("/"));
  const hidden = above.some((directory) => tree.get(directory)?.opaque || tree.get(directory)?.kind === "whiteout");
  return hidden || tree.has(path) ? undefined : lower.get(path);
}

/** Removes everything below a path. */
export function removeBelow(tree: OracleTree, path: string): void {
  const prefix = path === "" ? "" : `${path}/`;
  for (const other of [...tree.keys()]) if (other !== "" && other.startsWith(prefix)) tree.delete(other);
}

/** A lower directory that the layer does not list. */
function untouched(node: OracleNode, reset: boolean): OracleNode {
  return reset ? { ...node, inode: { ...node.inode, mode: 0o755, uid: 0, gid: 0, xattrs: {} } } : node;
}

function depth(path: string): number {
  return path === "" ? 0 : path.split("/").length;
}
