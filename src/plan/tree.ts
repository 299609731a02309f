/**
 * The nodes of a layer's tree and of the merged tree. A million of them must fit in memory, so a node holds only the
 * place of its entry; everything else is read from that entry on demand. Names are one char a byte.
 */
import type { EntryMeta } from "../tar/entry.ts";

export type TreeNode = DirectoryNode | LeafNode | WhiteoutNode;

export interface DirectoryNode {
  readonly kind: "directory";
  /** The entry that lists the directory; for an implied one, the entry that caused it. */
  layer: number;
  ordinal: number;
  /** The layer that added it to the merged tree, even if an upper one has listed it since. */
  readonly born: number;
  /** The topmost layer that has this directory: nothing in it comes from a layer above that one. */
  touched: number;
  /** No entry lists it: it exists only because of something in it (R3.1). */
  implied: boolean;
  /** The profile's engine resets its metadata because an upper layer does not list it: only its time is left (D3). */
  reset: boolean;
  /** The entry of its layer that makes it opaque; meaningless in the merged tree. */
  opaqueBy: number | undefined;
  /** The default ACL of its entry, which new children inherit (R5.11). All of them share this text: it may be long. */
  defaultAcl: string | undefined;
  /** The default ACL that it inherited in its layer. */
  inheritedAcl: string | undefined;
  children: Map<string, TreeNode> | undefined;
}

/** Where an entry is in the stack. */
export interface EntryPlace {
  readonly layer: number;
  readonly ordinal: number;
}

/** A name of anything but a directory, with the entry that made it. */
export interface LeafNode extends EntryPlace {
  readonly kind: "leaf";
  /**
   * What the name shares with other hard links; undefined if there never was another, so that its entry says
   * everything.
   */
  inode: Inode | undefined;
}

/** The metadata behind hard-linked names, with the entry that holds their type and content. */
export interface Inode extends EntryPlace {
  /** Metadata that a link's header changed (R3.6); undefined if the entry's own applies. */
  meta: EntryMeta | undefined;
}

/** Removes a name from the layers below; occurs in the tree of a layer or a range, never in the merged tree. */
export interface WhiteoutNode extends EntryPlace {
  readonly kind: "whiteout";
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
    defaultAcl: undefined,
    inheritedAcl: undefined,
    children: undefined,
  };
}

/** Sets the child of that name, replacing the one before. */
export function setChild(directory: DirectoryNode, name: string, node: TreeNode): void {
  directory.children ??= new Map();
  directory.children.set(name, node);
}

/**
 * A copy of a name that does not keep its path alive. In V8 a substring of 13 chars or more refers to the whole string,
 * which takes more memory than the rest of the node; JSON.parse makes an independent one.
 */
export function ownName(name: string): string {
  return name.length < 13 ? name : (JSON.parse(JSON.stringify(name)) as string);
}

/** The inode of a leaf, created when it gets a second name. */
export function sharedInode(leaf: LeafNode): Inode {
  leaf.inode ??= { layer: leaf.layer, ordinal: leaf.ordinal, meta: undefined };
  return leaf.inode;
}

/** The path of a child; "" is the root. */
export function childPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
