import type { Inode, NamedEntry } from "./file-entry.ts";
import type { Directory, TreeNode } from "./file-tree.ts";
import { directoryFor, type Trees } from "./walk-tree.ts";

/** A layer that is being unpacked, and the files that AUFS kept for its links, by name. */
export interface Unpacking extends Trees {
  readonly aside: Map<string, Inode>;
  /** The last slot: its neighbours in the tar are mostly in the same directory, which a walk may find only by links. */
  last: Slot | undefined;
}

/** Where an entry goes. */
export interface Slot {
  /** The names on the way to its directory. */
  readonly parents: readonly string[];
  readonly parent: Directory;
  readonly name: string;
}

/**
 * Finds the directory of an entry, or creates it; undefined only for marks in views that create none for them (D13).
 */
export function slotOf(unpacking: Unpacking, entry: NamedEntry): Slot | undefined {
  const { parents, name, kind } = entry;
  const { last, rules } = unpacking;
  const purpose = kind === "whiteout" ? "mark" : "entry";
  const known = last !== undefined && isSamePath(last.parents, parents) ? last.parent : undefined;
  const parent = known ?? directoryFor(unpacking, parents, { entry, purpose });
  if (parent === undefined) return undefined;
  const slot = { parents, parent, name };
  // What the entry replaces, or hides in a lower layer, may be a link on the way to the directory.
  const endures = !rules.followsLowerLinks && !replaces(entry, parent.children.get(name));
  unpacking.last = endures ? slot : undefined;
  return slot;
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, at) => name === b[at]));
}

/** Whether an entry takes the place of what its layer has there (R3.4); a whiteout does not (D6). */
function replaces({ kind, inode }: NamedEntry, old: TreeNode | undefined): boolean {
  if (old === undefined || kind === "whiteout") return false;
  return old.kind !== "directory" || inode.type !== "d";
}
