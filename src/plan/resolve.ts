import { LimitError } from "../errors.ts";
import type { Entry } from "../tar/entry.ts";
import { inherit } from "./inheritance.ts";
import { countNodes, entryAt, invalidEntry, type MergeState } from "./merge-state.ts";
import { type DirectoryNode, type LeafNode, newDirectory, ownName, setChild, type TreeNode } from "./tree.ts";

/** Symbolic links that one path may lead through, as in containerd's and moby's own walks. */
const MAX_LINKS = 255;

/** One layer being unpacked. */
export interface Unpacking {
  readonly merge: MergeState;
  readonly layer: number;
  /** The tree of this layer alone. */
  readonly root: DirectoryNode;
}

/**
 * Why a path is walked. `entry`: missing directories are created. `marker`: the same for a whiteout, unless the profile
 * creates none (D13). `target`: to find the target of a hard link; nothing is created.
 */
export type WalkPurpose = "entry" | "marker" | "target";

/** A directory as seen in this layer and, if the walk looks there, in the layers below. */
export interface Place {
  readonly upper: DirectoryNode | undefined;
  readonly lower: DirectoryNode | undefined;
  /** Bytes of its path, including a slash at the end; 0 for the root. */
  readonly bytes: number;
}

/**
 * Walks to a directory in one layer's tree, following that layer's symbolic links, clamped to the root (R3.1). Links of
 * lower layers are followed only for the target of a hard link (D5) and in profiles that do so (D4). Undefined if the
 * directory does not exist and must not be created.
 * @throws ImageInvalidError TAR_INVALID on a loop or a component that is no directory; LimitError when the path becomes
 * too long
 */
export function walk(unpacking: Unpacking, entry: Entry, path: string, purpose: WalkPurpose): Place | undefined {
  const walker = new Walker(unpacking, entry, purpose);
  return walker.walk(path);
}

/** Refuses what links lead to if its path is too long. @throws LimitError LIMIT_EXCEEDED */
export function checkPathBytes({ merge, layer }: Unpacking, entry: Entry, bytes: number): void {
  const { pathBytes } = merge.options.limits;
  if (bytes > pathBytes) throw new LimitError("pathBytes", pathBytes, bytes, { layer, entry: entry.path });
}

class Walker {
  readonly #unpacking: Unpacking;
  readonly #entry: Entry;
  readonly #purpose: WalkPurpose;
  /** Components still to be walked, the next one last. */
  #todo: string[] = [];
  readonly #trail: Place[];
  #links = 0;
  /** How many components are left once the target of a link of this layer has been walked. */
  #afterLink = Number.POSITIVE_INFINITY;
  #strayed = false;

  constructor(unpacking: Unpacking, entry: Entry, purpose: WalkPurpose) {
    this.#unpacking = unpacking;
    this.#entry = entry;
    this.#purpose = purpose;
    const { root, merge } = unpacking;
    const sees = purpose === "target" || merge.rules.D4 === "follow";
    this.#trail = [{ upper: root, lower: sees && root.opaqueBy === undefined ? merge.root : undefined, bytes: 0 }];
  }

  walk(path: string): Place | undefined {
    this.#todo = path === "" ? [] : path.split("/").reverse();
    for (let name = this.#todo.pop(); name !== undefined; name = this.#todo.pop()) {
      if (name === "" || name === ".") continue;
      if (name === "..") this.#ascend();
      else if (!this.#descend(name)) return undefined;
    }
    return this.#here;
  }

  get #here(): Place {
    const step = this.#trail.at(-1);
    if (step === undefined) throw new RangeError("a walk has left its root");
    return step;
  }

  #ascend(): void {
    if (this.#trail.length === 1) this.#stray();
    else this.#trail.pop();
  }

  /** False when the walk ends here. */
  #descend(name: string): boolean {
    const { upper, lower } = this.#here;
    const node = upper?.children?.get(name);
    const below = lower?.children?.get(name);
    if (node === undefined) return this.#descendBelow(name, below);
    if (node.kind === "leaf") return this.#follow(node);
    if (node.kind === "directory") return this.#enter(name, node, node.opaqueBy === undefined ? below : undefined);
    if (this.#purpose === "target") return false;
    return this.#makeInWhiteout(name, node.ordinal);
  }

  /** This layer has nothing of that name. */
  #descendBelow(name: string, below: TreeNode | undefined): boolean {
    const { merge, layer } = this.#unpacking;
    if (below?.kind === "leaf" && entryAt(merge, below.inode ?? below).type === "symlink") {
      if (this.#purpose !== "target") merge.findings.report("D4", layer, this.#entry.path);
      return this.#follow(below);
    }
    if (this.#purpose === "target") return below?.kind === "directory" && this.#enter(name, undefined, below);
    if (this.#purpose === "marker" && merge.rules.D13 === "skip" && below?.kind !== "directory") {
      merge.findings.report("D13", layer, this.#entry.path);
      return false;
    }
    if (this.#todo.length >= this.#afterLink && below?.kind !== "directory") this.#stray();
    return this.#enter(name, this.#imply(name), below);
  }

  /** D7: something below a name that this layer removed. */
  #makeInWhiteout(name: string, whiteout: number): boolean {
    const { merge, layer } = this.#unpacking;
    merge.findings.report("D7", layer, this.#entry.path);
    const directory = this.#imply(name);
    directory.opaqueBy = whiteout;
    return this.#enter(name, directory, undefined);
  }

  #imply(name: string): DirectoryNode {
    const { merge, layer } = this.#unpacking;
    countNodes(merge, 1);
    const directory = newDirectory({ layer, ordinal: this.#entry.ordinal }, true);
    const { upper } = this.#here;
    if (upper === undefined) return directory;
    inherit(merge, upper, directory);
    setChild(upper, ownName(name), directory);
    return directory;
  }

  #enter(name: string, upper: DirectoryNode | undefined, below: TreeNode | undefined): boolean {
    const bytes = this.#here.bytes + name.length + 1;
    checkPathBytes(this.#unpacking, this.#entry, bytes);
    this.#trail.push({ upper, lower: below?.kind === "directory" ? below : undefined, bytes });
    return true;
  }

  #follow(leaf: LeafNode): boolean {
    const { merge, layer } = this.#unpacking;
    const link = entryAt(merge, leaf.inode ?? leaf);
    if (link.type !== "symlink") {
      if (leaf.layer !== layer || this.#purpose === "target") return false;
      throw this.#invalid("a component of the path is not a directory");
    }
    this.#links += 1;
    if (this.#links > MAX_LINKS) throw this.#invalid("the path leads through a loop of symbolic links");
    const target = link.linkPath ?? "";
    if (target.startsWith("/")) this.#trail.length = 1;
    if (leaf.layer === layer) this.#afterLink = Math.min(this.#afterLink, this.#todo.length);
    const names = target.split("/").reverse();
    countNodes(merge, names.length);
    this.#todo.push(...names);
    return true;
  }

  /** D15: a link of this layer points nowhere or out of the root; reported once per walk. */
  #stray(): void {
    const { merge, layer } = this.#unpacking;
    if (!this.#strayed && this.#purpose !== "target") merge.findings.report("D15", layer, this.#entry.path);
    this.#strayed = true;
  }

  #invalid(message: string): Error {
    return invalidEntry("TAR_INVALID", message, { layer: this.#unpacking.layer, entry: this.#entry, rule: "R3.1" });
  }
}
