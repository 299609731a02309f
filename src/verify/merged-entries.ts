import { aclsOf, isAcl } from "./acl.ts";
import type { FileType, Inode } from "./file-entry.ts";
import type { Directory } from "./file-tree.ts";

/** One name of a merged filesystem and everything that an engine shows about it; equal fields mean the same file. */
export interface MergedEntry {
  /** Below the root, one char a byte; "" is the root itself. */
  readonly path: string;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, rounded down; `nanoseconds` are to be added. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** The first path of its hard-link group; "" if it is the only name. */
  readonly group: string;
  readonly size: number;
  /** See {@link Inode.content}. */
  readonly content: string;
  readonly target: string;
  readonly major: number;
  readonly minor: number;
  /** Sorted by name, one char a byte each. */
  readonly xattrs: readonly (readonly [name: string, value: string])[];
}

/**
 * The entries of a merged filesystem, depth first, siblings sorted by the bytes of their names: the order of the
 * filesystem digest. The root is included if a layer lists it. Safe at any depth.
 */
export function* mergedEntries(root: Directory): Generator<MergedEntry, void> {
  countNames(root);
  const leaders = new Map<Inode, string>();
  if (root.listed) yield describe(root.inode, { path: "", group: "" });
  const open = [{ path: "", names: sortedNames(root), directory: root, at: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const name = top.names[top.at];
    const node = name === undefined ? undefined : top.directory.children.get(name);
    top.at += 1;
    if (name === undefined || node === undefined) {
      open.pop();
      continue;
    }
    const path = top.path === "" ? name : `${top.path}/${name}`;
    if (node.kind === "inode") yield describe(node, { path, group: groupOf(node, path, leaders) });
    if (node.kind !== "directory") continue;
    yield describe(node.inode, { path, group: "" });
    open.push({ path, names: sortedNames(node), directory: node, at: 0 });
  }
}

/** One char is one byte, so the order of JavaScript's strings is that of bytes. */
function sortedNames({ children }: Directory): string[] {
  return [...children.keys()].sort();
}

function countNames(root: Directory): void {
  forEachInode(root, (inode) => {
    inode.names = 0;
  });
  forEachInode(root, (inode) => {
    inode.names += 1;
  });
}

function forEachInode(root: Directory, visit: (inode: Inode) => void): void {
  const directories: Directory[] = [root];
  for (const { children } of directories) {
    for (const node of children.values()) {
      if (node.kind === "directory") directories.push(node);
      if (node.kind === "inode") visit(node);
    }
  }
}

function groupOf(inode: Inode, path: string, leaders: Map<Inode, string>): string {
  if (inode.names < 2) return "";
  const leader = leaders.get(inode) ?? path;
  leaders.set(inode, leader);
  return leader;
}

/**
 * R3.2: no layer can list a directory of such a name, since the entry would be a whiteout; so its time is undefined.
 */
const UNLISTABLE = /(?:^|\/)\.wh\.[^/]*$/;

function describe(inode: Inode, { path, group }: Pick<MergedEntry, "path" | "group">): MergedEntry {
  const { type, mode, uid, gid, seconds, nanoseconds, size, content, target, major, minor } = inode;
  const timeless = type === "d" && UNLISTABLE.test(path);
  return {
    path,
    type,
    mode: type === "l" ? 0o777 : mode,
    uid,
    gid,
    seconds: timeless ? 0 : seconds,
    nanoseconds: timeless ? 0 : nanoseconds,
    group,
    size,
    content,
    target,
    major,
    minor,
    xattrs: shownXattrs(inode),
  };
}

/**
 * §7: overlayfs' own xattrs are not part of a filesystem, only regular files and directories can have `user.*`, and
 * ACLs are those that the kernel derives.
 */
function shownXattrs(inode: Inode): MergedEntry["xattrs"] {
  const { type, xattrs, inherited } = inode;
  if (xattrs.size === 0 && inherited === undefined) return NO_XATTRS;
  const holdsUser = type === "f" || type === "d";
  const kept = [...xattrs].filter(
    ([name]) => !isAcl(name) && !/^(?:trusted|user)\.overlay\./.test(name) && (holdsUser || !name.startsWith("user.")),
  );
  return [...kept, ...aclsOf(inode)].sort(([a], [b]) => (a < b ? -1 : 1));
}

const NO_XATTRS: MergedEntry["xattrs"] = [];
