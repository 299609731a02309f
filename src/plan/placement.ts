import type { Entry } from "../tar/entry.ts";
import { hideSubtree } from "./hidden.ts";
import { inherit } from "./inheritance.ts";
import { entryAt } from "./merge-state.ts";
import { checkPathBytes, type Unpacking, type WalkPurpose, walk } from "./resolve.ts";
import { type DirectoryNode, ownName, setChild, type TreeNode } from "./tree.ts";

/** State shared by the rules of one layer. */
export interface UnpackContext extends Unpacking {
  readonly placement: Placement;
  /** Files that AUFS kept below `.wh..wh.plnk/`, by name (R3.2). */
  readonly aside: Map<string, number>;
}

/** Where an entry of the layer goes. */
export interface Slot {
  readonly parent: DirectoryNode;
  readonly name: string;
  /** What is there already. */
  readonly old: TreeNode | undefined;
}

/**
 * Finds and creates slots in one layer's tree. Neighbours in a tar mostly share their directory, so the last one is
 * cached until something is removed, which may have been a link on the way to it.
 */
export class Placement {
  readonly #unpacking: Unpacking;
  #lastPath: string | undefined;
  #lastParent: DirectoryNode;
  #lastBytes = 0;

  constructor(unpacking: Unpacking) {
    this.#unpacking = unpacking;
    this.#lastParent = unpacking.root;
  }

  /** The slot of an entry; missing parents are created. */
  slot(entry: Entry): Slot {
    const slot = this.#find(entry, "entry");
    if (slot === undefined) throw new RangeError("the directories above an entry were not created");
    return slot;
  }

  /** The same for a whiteout; undefined in profiles that create no directories for one (D13). */
  markerSlot(entry: Entry): Slot | undefined {
    return this.#find(entry, "marker");
  }

  #find(entry: Entry, purpose: Exclude<WalkPurpose, "target">): Slot | undefined {
    const { path } = entry;
    const slash = path.lastIndexOf("/");
    const directory = slash === -1 ? "" : path.slice(0, slash);
    if (directory !== this.#lastPath) {
      const place = walk(this.#unpacking, entry, directory, purpose);
      if (place?.upper === undefined) return undefined;
      // Where links of lower layers are followed (D4), whatever comes next may hide one on the way.
      this.#lastPath = this.#unpacking.merge.rules.D4 === "follow" ? undefined : directory;
      this.#lastParent = place.upper;
      this.#lastBytes = place.bytes;
    }
    const parent = this.#lastParent;
    const name = path.slice(slash + 1);
    checkPathBytes(this.#unpacking, entry, this.#lastBytes + name.length);
    return { parent, name, old: parent.children?.get(name) };
  }

  /** The directory that an opaque whiteout names; created if missing, as in {@link markerSlot}. */
  directory(entry: Entry): DirectoryNode | undefined {
    return walk(this.#unpacking, entry, entry.path, "marker")?.upper;
  }

  /** Removes from the tree what an entry of the same layer replaces (R3.4): the last one is used (R2.6). */
  clear({ parent, name, old }: Slot, entry: Entry): void {
    if (old === undefined) return;
    const { merge, layer } = this.#unpacking;
    if (old.kind !== "whiteout") {
      this.reportTwice(old, entry);
      const by = { layer, ordinal: entry.ordinal };
      hideSubtree(merge.hidden, old, { reason: "duplicate", below: "replaced", by });
    }
    parent.children?.delete(name);
    this.#lastPath = undefined;
  }

  put({ parent, name }: Slot, node: TreeNode): void {
    inherit(this.#unpacking.merge, parent, node);
    setChild(parent, ownName(name), node);
  }

  /** Reports D8 if both entries have the same path; paths that only meet through a link do not count. */
  reportTwice(old: TreeNode, entry: Entry): void {
    const { merge, layer } = this.#unpacking;
    if (old.kind === "directory" && old.implied) return;
    if (entryAt(merge, old).path === entry.path) merge.findings.report("D8", layer, entry.path);
  }
}
