import type { Inode, NamedEntry } from "./file-entry.ts";
import type { Directory } from "./file-tree.ts";
import { directoryFor, type Trees } from "./walk-tree.ts";

/** A layer that is being unpacked, and the files that AUFS kept for its links, by name. */
export interface Unpacking extends Trees {
  readonly aside: Map<string, Inode>;
}

/** Where an entry goes. */
export interface Slot {
  readonly parent: Directory;
  readonly name: string;
}

/**
 * Finds the directory of an entry, or creates it; undefined only for marks in views that create none for them (D13).
 */
export function slotOf(trees: Trees, entry: NamedEntry): Slot | undefined {
  const { parents, name, kind } = entry;
  const purpose = kind === "whiteout" ? "mark" : "entry";
  const parent = directoryFor(trees, parents, { entry, purpose });
  return parent && { parent, name };
}
