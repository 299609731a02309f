/**
 * The nodes of a layer's tree and of the merged tree. A million of them must fit, so a node holds only which entry it
 * comes from; everything else is read from that entry when it is needed. Names are one char a byte.
 */
import type { EntryMeta } from "../tar/entry.ts";

export type TreeNode = DirectoryNode | LeafNode | WhiteoutNode;

export interface DirectoryNode {
  readonly kind: "directory";
  /** The entry that lists the directory; of an implied one the entry that caused it. */
  layer: number;
  ordinal: number;
  /** The layer that brought it into the merged tree, whoever listed it since. */
  readonly born: number;
  /** The topmost layer that has this directory too: nothing in it is of a layer above that one. */
  touched: number;
  /** No entry lists it: it stands only because something below it does (R3.1). */
  implied: boolean;
  /**
   * An engine of the profile made it anew because an upper layer did not list it: only its time is left of its metadata
   * (D3).
   */
  reset: boolean;
  /** The marker in its layer that hides everything lower in it; of no meaning once it is part of the merged tree. */
  opaqueBy: number | undefined;
  /** Its entry has a default ACL, which what is created below inherits (R5.11). */
  defaultAcl: boolean;
  children: Map<string, TreeNode> | undefined;
}

/** A name of anything but a directory. */
export interface LeafNode {
  readonly kind: "leaf";
  /** The entry that made this name. */
  readonly layer: number;
  readonly ordinal: number;
  /** What the name shares with others; undefined when it has never had another and its entry says all. */
  inode: Inode | undefined;
}

/** The content and metadata behind hard-linked names. */
export interface Inode {
  /** The entry that holds type and content. */
  readonly layer: number;
  readonly ordinal: number;
  /** Metadata that a link's header changed (R3.6); undefined when that of the entry stands. */
  meta: EntryMeta | undefined;
}

/** Removes a name from the layers below; in the tree of one layer and in that of a range, never in the merged one. */
export interface WhiteoutNode {
  readonly kind: "whiteout";
  readonly layer: number;
  readonly ordinal: number;
}

/** An entry of the stack. */
export interface EntryPlace {
  readonly layer: number;
  readonly ordinal: number;
}

/** A directory without children; `implied` until an entry lists it. */
export function newDirectory({ layer, ordinal }: EntryPlace, implied: boolean): DirectoryNode {
  return {
    kind: "directory",
    layer,
    ordinal,
    born: layer,
    touched: layer,
    implied,
    reset: false,
    opaqueBy: undefined,
    defaultAcl: false,
    children: undefined,
  };
}

/** Puts a node under a name, in place of what stood there. */
export function setChild(directory: DirectoryNode, name: string, node: TreeNode): void {
  directory.children ??= new Map();
  directory.children.set(name, node);
}

/**
 * A name that may be kept. V8 lets a piece of 13 chars or more cut from a path keep that path alive, which costs more
 * than the rest of the node; what JSON parses stands on its own.
 */
export function ownName(name: string): string {
  return name.length < 13 ? name : (JSON.parse(JSON.stringify(name)) as string);
}

/** The inode of a leaf, made when the leaf is to get a second name. */
export function sharedInode(leaf: LeafNode): Inode {
  leaf.inode ??= { layer: leaf.layer, ordinal: leaf.ordinal, meta: undefined };
  return leaf.inode;
}

/** The path of a child; "" is the root. */
export function childPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
