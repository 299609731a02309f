import { posix } from "node:path";
import type { PlainInode } from "./listing.ts";
import type { NaiveMember } from "./naive-tar.ts";
import { lay, type OracleNode, type OracleProfile, type OracleTree, removeBelow } from "./oracle-overlay.ts";
import { type Below, clean, directory, join, resolve } from "./oracle-resolve.ts";
import { inodeOf, relink } from "./unpack-flat.ts";

/**
 * Unpacks one layer by itself, member by member (merge semantics §3). `lower` is used only for hard links to entries of
 * lower layers.
 */
export function unpackAlone(members: readonly NaiveMember[], lower: OracleTree, profile: OracleProfile): OracleTree {
  const tree: OracleTree = new Map();
  for (const member of members) apply(tree, member, { lower, profile });
  return tree;
}

function apply(tree: OracleTree, member: NaiveMember, below: Below): void {
  const inode = inodeOf(member);
  const cleaned = clean(member.name);
  const name = posix.basename(cleaned);
  if (!tree.has("")) tree.set("", { ...directory(inode), implied: true });
  const parent = resolve(tree, clean(posix.dirname(cleaned)), {
    cause: member,
    marks: name.startsWith(".wh."),
    ...below,
  });
  if (parent === undefined) return;
  const path = join(parent, name);
  if (cleaned === "") placeDirectory(tree, "", { inode, ...below });
  else if (name === ".wh..wh..opq") markOpaque(tree, parent, below.profile);
  else if (name.startsWith(".wh.")) placeWhiteout(tree, join(parent, name.slice(4)), inode);
  else if (member.typeflag === "5") placeDirectory(tree, path, { inode, ...below });
  else if (member.typeflag === "1") placeLink(tree, path, { member, ...below });
  else placeLeaf(tree, path, { inode, ...below });
}

function markOpaque(tree: OracleTree, path: string, profile: OracleProfile): void {
  const node = tree.get(path);
  if (node !== undefined && (path !== "" || profile === "spec")) tree.set(path, { ...node, opaque: true });
}

function placeWhiteout(tree: OracleTree, path: string, inode: PlainInode): void {
  const node = tree.get(path);
  if (node?.kind === "directory") tree.set(path, { ...node, opaque: true });
  if (node === undefined) tree.set(path, { kind: "whiteout", inode, implied: false, opaque: false });
}

/**
 * A directory over one of the same layer only replaces its metadata. The overlay2 engine obeys overlayfs' xattrs.
 */
function placeDirectory(tree: OracleTree, path: string, { inode, profile }: Below & { inode: PlainInode }): void {
  const old = tree.get(path);
  const marked = profile === "overlay2" && path !== "" && inode.xattrs["trusted.overlay.opaque"] === "y";
  const removed = profile === "spec" && old?.kind === "whiteout";
  tree.set(path, { ...directory(inode), opaque: marked || removed || (old?.kind === "directory" && old.opaque) });
}

function placeLeaf(tree: OracleTree, path: string, { inode, profile }: Below & { inode: PlainInode }): void {
  removeBelow(tree, path);
  const zero = profile !== "spec" && inode.typeflag === "3" && inode.holds === "0:0";
  tree.set(path, { kind: zero ? "whiteout" : "leaf", inode, implied: false, opaque: false });
}

function placeLink(tree: OracleTree, path: string, { member, lower, profile }: Below & { member: NaiveMember }): void {
  removeBelow(tree, path);
  tree.delete(path);
  const target = clean(member.linkname);
  const own = find(tree, target);
  const found = own?.kind === "whiteout" && profile !== "spec" ? own : find(lay(lower, tree, profile), target, path);
  if (found === undefined || found.kind === "directory") throw new Error(`a link to nothing: ${path}`);
  tree.set(path, found);
  if (profile === "spec") return;
  const { mtime } = found.inode;
  relink(found.inode, member);
  if (profile === "overlay2" && found.inode.typeflag === "2") found.inode.mtime = mtime;
}

/** The inode at a path, without following its last part; undefined if the path is blocked or leads to `itself`. */
function find(tree: OracleTree, path: string, itself?: string): OracleNode | undefined {
  try {
    const real = join(resolve(tree, clean(posix.dirname(path))) ?? "", posix.basename(path));
    return real === itself ? undefined : tree.get(real);
  } catch {
    return undefined;
  }
}
