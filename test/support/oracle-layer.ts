import { posix } from "node:path";
import type { PlainInode } from "./listing.ts";
import type { NaiveMember } from "./naive-tar.ts";
import { lay, type OracleNode, type OracleProfile, type OracleTree, removeBelow } from "./oracle-overlay.ts";
import { inodeOf, relink } from "./unpack-flat.ts";

/** Unpacks one layer by itself, member after member (merge semantics §3). `lower` serves only hard links to what a lower layer has. */
export function unpackAlone(members: readonly NaiveMember[], lower: OracleTree, profile: OracleProfile): OracleTree {
  const tree: OracleTree = new Map();
  for (const member of members) apply(tree, member, { lower, profile });
  return tree;
}

interface Below {
  readonly lower: OracleTree;
  readonly profile: OracleProfile;
}

function apply(tree: OracleTree, member: NaiveMember, below: Below): void {
  const inode = inodeOf(member);
  const cleaned = clean(member.name);
  const name = posix.basename(cleaned);
  if (!tree.has("")) tree.set("", { ...directory(inode), implied: true });
  const parent = resolve(tree, clean(posix.dirname(cleaned)), member);
  const path = join(parent, name);
  if (cleaned === "") tree.set("", directory(inode));
  else if (name === ".wh..wh..opq") markOpaque(tree, parent);
  else if (name.startsWith(".wh.")) placeWhiteout(tree, join(parent, name.slice(4)), inode);
  else if (member.typeflag === "5") placeDirectory(tree, path, { inode, ...below });
  else if (member.typeflag === "1") placeLink(tree, path, { member, ...below });
  else placeLeaf(tree, path, inode);
}

/** Follows the links of one tree, clamped to its root; what is missing is made for `cause`, or an error without one. */
function resolve(tree: OracleTree, path: string, cause?: NaiveMember): string {
  let here = "";
  let links = 0;
  for (let todo = parts(path); todo.length > 0; ) {
    const [name = "", ...rest] = todo;
    const next = name === ".." ? parentOf(here) : name === "." ? here : join(here, name);
    const node = tree.get(next);
    todo = rest;
    if (node?.kind === "leaf") {
      links += 1;
      if (node.inode.typeflag !== "2" || links > 255) throw new Error(`no directory: ${next}`);
      if (node.inode.holds.startsWith("/")) here = "";
      todo = [...parts(node.inode.holds), ...rest];
      continue;
    }
    if (node?.kind !== "directory" && next !== "") {
      if (cause === undefined) throw new Error(`nothing there: ${next}`);
      const bare = { ...inodeOf(cause), typeflag: "5", mode: 0o755, uid: 0, gid: 0, xattrs: {}, holds: "" };
      tree.set(next, { ...directory(bare), implied: true, opaque: node?.kind === "whiteout" });
    }
    here = next;
  }
  return here;
}

function markOpaque(tree: OracleTree, path: string): void {
  const node = tree.get(path);
  if (node !== undefined && path !== "") tree.set(path, { ...node, opaque: true });
}

function placeWhiteout(tree: OracleTree, path: string, inode: PlainInode): void {
  if (tree.get(path)?.kind === "directory") markOpaque(tree, path);
  else if (!tree.has(path)) tree.set(path, { kind: "whiteout", inode, implied: false, opaque: false });
}

/** Over a directory of the same layer only the metadata is new. The overlay2 engine obeys overlayfs' own mark in a tar. */
function placeDirectory(tree: OracleTree, path: string, { inode, profile }: Below & { inode: PlainInode }): void {
  const old = tree.get(path);
  const marked = profile === "overlay2" && inode.xattrs["trusted.overlay.opaque"] === "y";
  tree.set(path, { ...directory(inode), opaque: marked || (old?.kind === "directory" && old.opaque) });
}

function placeLeaf(tree: OracleTree, path: string, inode: PlainInode): void {
  removeBelow(tree, path);
  const zero = inode.typeflag === "3" && inode.holds === "0:0";
  tree.set(path, { kind: zero ? "whiteout" : "leaf", inode, implied: false, opaque: false });
}

function placeLink(tree: OracleTree, path: string, { member, lower, profile }: Below & { member: NaiveMember }): void {
  removeBelow(tree, path);
  tree.delete(path);
  const target = clean(member.linkname);
  const own = find(tree, target);
  const found = own?.kind === "whiteout" ? own : find(lay(lower, tree, profile), target, path);
  if (found === undefined || found.kind === "directory") throw new Error(`a link to nothing: ${path}`);
  tree.set(path, found);
  const { mtime } = found.inode;
  relink(found.inode, member);
  if (profile === "overlay2" && found.inode.typeflag === "2") found.inode.mtime = mtime;
}

/** What stands at a path, its last part not followed; nothing when the way is blocked or leads to `itself`. */
function find(tree: OracleTree, path: string, itself?: string): OracleNode | undefined {
  try {
    const real = join(resolve(tree, clean(posix.dirname(path))), posix.basename(path));
    return real === itself ? undefined : tree.get(real);
  } catch {
    return undefined;
  }
}

function directory(inode: PlainInode): OracleNode {
  return { kind: "directory", inode, implied: false, opaque: false };
}

function clean(name: string): string {
  return posix.normalize(`/${name}`).replace(/^\/+|\/+$/g, "");
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function parentOf(path: string): string {
  return clean(posix.dirname(`/${path}`));
}

function join(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
