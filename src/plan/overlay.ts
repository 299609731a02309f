import { hideSubtree } from "./hidden.ts";
import { entryAt, type MergeState } from "./merge-state.ts";
import { childPath, type DirectoryNode, type EntryPlace, type LeafNode, setChild, type TreeNode } from "./tree.ts";

/** Two directories of one path that are still to be merged. */
interface Pair {
  readonly lower: DirectoryNode;
  readonly upper: DirectoryNode;
  readonly path: string;
}

/**
 * Lays the tree of one layer over the merged tree, as overlayfs merges directories (§4). The nodes of `upper` become
 * part of it; cost grows with the upper tree and with what it removes. Safe at any depth.
 */
export function overlay(state: MergeState, upper: DirectoryNode): void {
  const pairs: Pair[] = [{ lower: state.root, upper, path: "" }];
  for (const pair of pairs) unite(state, pair, pairs);
}

function unite(state: MergeState, { lower, upper, path }: Pair, pairs: Pair[]): void {
  uniteMetadata(state, { lower, upper, path });
  lower.touched = upper.layer;
  if (upper.opaqueBy !== undefined) {
    hideChildren(state, lower, { layer: upper.layer, ordinal: upper.opaqueBy });
  }
  for (const [name, node] of upper.children ?? []) {
    const below = lower.children?.get(name);
    if (node.kind === "directory" && below?.kind === "directory") {
      pairs.push({ lower: below, upper: node, path: childPath(path, name) });
    } else {
      place(state, { parent: lower, name, node, below, path });
    }
  }
}

/**
 * R4.2: a directory that is listed again takes all metadata of the upper entry. One that is only implied: D3, except
 * for the root.
 */
function uniteMetadata(state: MergeState, { lower, upper, path }: Pair): void {
  if (upper.implied) {
    if (lower !== state.root) uniteImplied(state, { lower, upper, path });
    return;
  }
  if (!lower.implied) state.hidden.hide(lower, "relisted", upper);
  lower.layer = upper.layer;
  lower.ordinal = upper.ordinal;
  lower.implied = false;
  lower.reset = false;
  lower.defaultAcl = upper.defaultAcl;
  lower.inheritedAcl = upper.inheritedAcl;
}

function uniteImplied({ findings, rules, trace }: MergeState, { lower, upper, path }: Pair): void {
  findings.report("D3", upper.layer, path);
  if (rules.D3 === "keep") return;
  trace?.reset(lower);
  lower.reset = true;
  lower.defaultAcl = undefined;
  lower.inheritedAcl = upper.inheritedAcl;
}

function hideChildren({ hidden, trace, root }: MergeState, directory: DirectoryNode, by: EntryPlace): void {
  if (directory === root) trace?.takeAll(directory, by);
  else trace?.cutOff(directory, by);
  for (const child of directory.children?.values() ?? []) hideSubtree(hidden, child, { reason: "opaque", by });
  directory.children = undefined;
}

interface Arrival {
  readonly parent: DirectoryNode;
  readonly name: string;
  readonly node: TreeNode;
  /** What is there already; not a directory if `node` is one. */
  readonly below: TreeNode | undefined;
  /** Path of the parent. */
  readonly path: string;
}

/** R4.1: a node replaces what was there, unless both are directories. */
function place(state: MergeState, { parent, name, node, below, path }: Arrival): void {
  if (below !== undefined) {
    state.trace?.take(parent, { name, node: below, by: node });
    hideSubtree(state.hidden, below, { reason: node.kind === "whiteout" ? "whiteout" : "replaced", by: node });
  }
  if (node.kind === "whiteout") {
    parent.children?.delete(name);
    return;
  }
  if (node.kind === "directory") {
    if (below?.kind === "leaf" && node.implied) reportPathThrough(state, { node, below, path: childPath(path, name) });
    strip(state, node, childPath(path, name));
  }
  setChild(parent, name, node);
}

interface PathThrough {
  readonly node: DirectoryNode;
  readonly below: LeafNode;
  readonly path: string;
}

/** A layer writes below a name that is no directory in the layers below: D4 for a symbolic link, D14 for the rest. */
function reportPathThrough(state: MergeState, { node, below, path }: PathThrough): void {
  if (entryAt(state, below.inode ?? below).type === "symlink") {
    state.findings.report("D4", node.layer, path);
  } else if ([...(node.children?.values() ?? [])].some((child) => child.kind === "directory" && child.implied)) {
    state.findings.report("D14", node.layer, path);
  }
}

/**
 * Removes the whiteouts, at every depth, from a tree that is new in the merged tree; opaque marks have no effect there
 * and stay. Reports directories that only a marker created (D13).
 */
function strip(state: MergeState, top: DirectoryNode, topPath: string): void {
  const directories = [{ directory: top, path: topPath }];
  for (const { directory, path } of directories) {
    if (directory.implied && isMarker(state, directory)) state.findings.report("D13", directory.layer, path);
    for (const [name, child] of directory.children ?? []) {
      if (child.kind === "whiteout") directory.children?.delete(name);
      else if (child.kind === "directory") directories.push({ directory: child, path: childPath(path, name) });
    }
  }
}

function isMarker(state: MergeState, place: EntryPlace): boolean {
  const { type } = entryAt(state, place);
  return type === "whiteout" || type === "opaque";
}
