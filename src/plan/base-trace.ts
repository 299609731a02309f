import type { DirectoryNode, EntryPlace, Inode, LeafNode, TreeNode } from "./tree.ts";

/** A name of the base that the range removed or put something else in place of. */
export interface GoneName {
  /** It was a directory with something in it, which would show again in a new one (R6.1). */
  readonly hadContent: boolean;
  /** What removed it. */
  readonly by: EntryPlace;
}

/** What is taken out of a directory. */
export interface TakenName {
  readonly name: string;
  /** What stood there. */
  readonly node: TreeNode;
  readonly by: EntryPlace;
}

/**
 * Notes, while the layers of a range are laid over the merged tree, what they take from the layers below: the part of
 * the delta (R6.1) that cannot be seen in the merged tree afterwards. Nodes that came after the range began are not the
 * base's; only what the base had is noted, so what is removed in vain leaves no trace (R6.2). Costs nothing for what is
 * not removed.
 */
export class BaseTrace {
  /** The first layer of the range. */
  readonly floor: number;
  /** Files of the base that got another name in the range (D5), and the layer that gave them one. */
  readonly joined = new Map<Inode, number>();
  readonly #gone = new Map<DirectoryNode, Map<string, GoneName>>();
  readonly #cut = new Map<DirectoryNode, EntryPlace>();
  readonly #reset = new Set<DirectoryNode>();
  readonly #lifted = new Set<LeafNode>();

  constructor(floor: number) {
    this.floor = floor;
  }

  /** Notes that a name is removed or replaced. */
  take(parent: DirectoryNode, { name, node, by }: TakenName): void {
    if (!this.isOfBase(node)) return;
    const names = this.#gone.get(parent) ?? new Map<string, GoneName>();
    this.#gone.set(parent, names);
    names.set(name, { hadContent: node.kind === "directory" && this.#hadContent(node), by });
  }

  /** Notes that all that a directory holds is hidden at once. */
  cutOff(directory: DirectoryNode, by: EntryPlace): void {
    if (!this.isOfBase(directory) || this.#cut.has(directory) || !this.#hadContent(directory)) return;
    this.#cut.set(directory, by);
  }

  /** The same as so many single removals: an opaque whiteout in the root does nothing in most engines (R6.3). */
  takeAll(root: DirectoryNode, by: EntryPlace): void {
    for (const [name, node] of root.children ?? []) this.take(root, { name, node, by });
  }

  /** Notes that a directory lost its metadata although no layer of the range lists it (D3). */
  reset(directory: DirectoryNode): void {
    this.#reset.add(directory);
  }

  /** Takes a name of the base, and the directories that it stands in, for one of the range. */
  lift(leaf: LeafNode, directories: readonly DirectoryNode[]): void {
    this.#lifted.add(leaf);
    for (const directory of directories) directory.touched = Math.max(directory.touched, this.floor);
  }

  isLifted(leaf: LeafNode): boolean {
    return this.#lifted.has(leaf);
  }

  isOfBase(node: TreeNode): boolean {
    return (node.kind === "directory" ? node.born : node.layer) < this.floor;
  }

  /** What the base had in a directory that is its own, and the range took. */
  goneFrom(directory: DirectoryNode): ReadonlyMap<string, GoneName> {
    return this.#gone.get(directory) ?? NONE;
  }

  /** What cut the base's content off a directory that stayed. */
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
