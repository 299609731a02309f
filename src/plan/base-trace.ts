import type { DirectoryNode, EntryPlace, Inode, LeafNode, TreeNode } from "./tree.ts";

/** A name of the base that the range removed or replaced. */
export interface GoneName {
  /** It was a directory that was not empty: its content would reappear in a new directory of that name (R6.1). */
  readonly hadContent: boolean;
  /** What removed it. */
  readonly by: EntryPlace;
}

/** A name that is removed from a directory. */
export interface TakenName {
  readonly name: string;
  /** The node that was there. */
  readonly node: TreeNode;
  readonly by: EntryPlace;
}

/**
 * Records, while the layers of a range are laid over the merged tree, what they remove from the layers below: the part
 * of the delta (R6.1) that the merged tree does not show afterwards. Only nodes of the base are recorded, so a whiteout
 * that removes nothing leaves no trace (R6.2). Costs nothing for what is not removed.
 */
export class BaseTrace {
  /** The first layer of the range. */
  readonly floor: number;
  /** Files of the base to which a layer of the range adds a hard link (D5), and that layer. */
  readonly joined = new Map<Inode, number>();
  readonly #gone = new Map<DirectoryNode, Map<string, GoneName>>();
  readonly #cut = new Map<DirectoryNode, EntryPlace>();
  readonly #reset = new Set<DirectoryNode>();
  readonly #lifted = new Set<LeafNode>();

  constructor(floor: number) {
    this.floor = floor;
  }

  /** Records that a name is removed or replaced. */
  take(parent: DirectoryNode, { name, node, by }: TakenName): void {
    if (!this.isOfBase(node)) return;
    const names = this.#gone.get(parent) ?? new Map<string, GoneName>();
    this.#gone.set(parent, names);
    names.set(name, { hadContent: node.kind === "directory" && this.#hadContent(node), by });
  }

  /** Records that the whole content of a directory is hidden at once. */
  cutOff(directory: DirectoryNode, by: EntryPlace): void {
    if (!this.isOfBase(directory) || this.#cut.has(directory) || !this.#hadContent(directory)) return;
    this.#cut.set(directory, by);
  }

  /** The same for the root, as single removals: most engines ignore an opaque whiteout there (R6.3). */
  takeAll(root: DirectoryNode, by: EntryPlace): void {
    for (const [name, node] of root.children ?? []) this.take(root, { name, node, by });
  }

  /** Records that a directory lost its metadata although no layer of the range lists it (D3). */
  reset(directory: DirectoryNode): void {
    this.#reset.add(directory);
  }

  /** Treats a name of the base, and the directories that it is in, as part of the range. */
  lift(leaf: LeafNode, directories: Iterable<DirectoryNode>): void {
    this.#lifted.add(leaf);
    for (const directory of directories) directory.touched = Math.max(directory.touched, this.floor);
  }

  isLifted(leaf: LeafNode): boolean {
    return this.#lifted.has(leaf);
  }

  isOfBase(node: TreeNode): boolean {
    return (node.kind === "directory" ? node.born : node.layer) < this.floor;
  }

  /** The base's names that the range removed from a directory of the base. */
  goneFrom(directory: DirectoryNode): ReadonlyMap<string, GoneName> {
    return this.#gone.get(directory) ?? NONE;
  }

  /** The entry that hid all of the base's content in a directory that stayed. */
  cutBy(directory: DirectoryNode): EntryPlace | undefined {
    return this.#cut.get(directory);
  }

  /** Whether the directory itself has other metadata than before the range. */
  isRestated(directory: DirectoryNode): boolean {
    return directory.layer >= this.floor || this.#reset.has(directory);
  }

  #hadContent(directory: DirectoryNode): boolean {
    if (this.#cut.has(directory) || this.#gone.has(directory)) return true;
    for (const child of directory.children?.values() ?? []) if (this.isOfBase(child)) return true;
    return false;
  }
}

const NONE: ReadonlyMap<string, GoneName> = new Map();
