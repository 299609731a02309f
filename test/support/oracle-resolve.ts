import { posix } from "node:path";
import type { PlainInode } from "./listing.ts";
import type { NaiveMember } from "./naive-tar.ts";
import { type OracleNode, type OracleProfile, type OracleTree, shining } from "./oracle-overlay.ts";
import { inodeOf } from "./unpack-flat.ts";

/** What the rules for one layer need besides its tree. */
export interface Below {
  readonly lower: OracleTree;
  readonly profile: OracleProfile;
}

export interface Making extends Below {
  readonly cause: NaiveMember;
  /** Resolves the path of a whiteout. */
  readonly marks: boolean;
}

/**
 * Follows the links of one tree, clamped to its root; missing directories are created, or it throws if nothing may be
 * created. As in the specification, links of lower layers are followed too; whiteouts create nothing: the result is
 * then undefined.
 */
export function resolve(tree: OracleTree, path: string, making?: Making): string | undefined {
  let here = "";
  let links = 0;
  for (let todo = parts(path); todo.length > 0; ) {
    const [name = "", ...rest] = todo;
    const next = name === ".." ? parentOf(here) : name === "." ? here : join(here, name);
    const below = making?.profile === "spec" ? shining(making.lower, tree, next) : undefined;
    const node = below?.inode.typeflag === "2" ? below : tree.get(next);
    todo = rest;
    if (node?.kind === "leaf") {
      links += 1;
      if (node.inode.typeflag !== "2" || links > 255) throw new Error(`no directory: ${next}`);
      if (node.inode.holds.startsWith("/")) here = "";
      todo = [...parts(node.inode.holds), ...rest];
      continue;
    }
    if (node?.kind !== "directory" && next !== "") {
      if (making === undefined) throw new Error(`nothing there: ${next}`);
      const skips = making.profile === "spec" && making.marks && node === undefined && below?.kind !== "directory";
      if (skips) return undefined;
      const bare = { ...inodeOf(making.cause), typeflag: "5", mode: 0o755, uid: 0, gid: 0, xattrs: {}, holds: "" };
      tree.set(next, { ...directory(bare), implied: true, opaque: node?.kind === "whiteout" });
    }
    here = next;
  }
  return here;
}

/** A directory that an entry lists. */
export function directory(inode: PlainInode): OracleNode {
  return { kind: "directory", inode, implied: false, opaque: false };
}

/** A name as a path relative to the root, which is "". */
export function clean(name: string): string {
  return posix.normalize(`/${name}`).replace(/^\/+|\/+$/g, "");
}

export function join(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function parentOf(path: string): string {
  return clean(posix.dirname(`/${path}`));
}
