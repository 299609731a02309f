import type { Diagnostic } from "../diagnostic.ts";
import type { DiffId } from "../oci/digest.ts";
import type { HiddenReason } from "../plan/merge-plan.ts";
import type { FileEntry } from "./files/file-entry.ts";
import type { LookedAt } from "./files/open-image.ts";

/**
 * Why a path is what it is: the same object that `planish explain --format json` prints. Paths have one character per
 * byte (latin1).
 */
export interface ExplainResult extends Omit<LookedAt, "layer"> {
  /** The path that is explained; "" is the root. */
  readonly path: string;
  /** The path that was asked for, if links led elsewhere. */
  readonly asked?: string | undefined;
  /** What the flat image has there, or null. */
  readonly flat: FileEntry | null;
  /** All names of the file in the flat image if it has several, in the order of the flat layer. */
  readonly names: readonly string[];
  /** Bottom first, within a layer in the order of its tar. */
  readonly steps: readonly ExplainStep[];
  /** Those about this path, and those about the image as a whole. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What an entry of a layer does to the path. `adds`: creates it. `changes`: replaces an earlier entry of the path.
 * `links`: gives the file there another name. `removes`: a whiteout of the path or of a directory above it. `hides`: an
 * opaque whiteout of a directory above it. `replaces`: replaces a directory above it. `holds`: the flat image has its
 * content at the path, though the entry has another path. `empties`: an opaque whiteout of the path itself, which hides
 * what lower layers have in it. `nothing`: a whiteout without effect.
 */
export type ExplainEffect =
  | "adds"
  | "changes"
  | "links"
  | "removes"
  | "hides"
  | "replaces"
  | "holds"
  | "empties"
  | "nothing";

/** One entry of a layer that has to do with the path. */
export interface ExplainStep extends EntryFacts {
  readonly effect: ExplainEffect;
  readonly diffId: DiffId;
  /** The command that made the layer, from the config's history. */
  readonly createdBy?: string | undefined;
  /** Why it is not in the flat layer as an entry of its own; undefined if it is. */
  readonly hidden?: ExplainHidden | undefined;
}

/** An entry of a layer. */
export interface EntryFacts {
  /** 0 = bottom. */
  readonly layer: number;
  /** Its position in the layer's tar, 0 = first. */
  readonly ordinal: number;
  /**
   * The entry's path, without `.wh.`. It differs from the explained one if the entry is a link to that, is about a
   * directory above it, or gets there through a link of its layer.
   */
  readonly path: string;
  readonly type: FileEntry["type"] | "hardlink";
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: string;
  readonly size: number;
  /** Of a symbolic or a hard link. */
  readonly target?: string | undefined;
  readonly device?: string | undefined;
}

/** Why an entry is not in the flat layer. */
export interface ExplainHidden {
  readonly reason: HiddenReason;
  /** The rule of docs/semantics.md that decided. */
  readonly rule: string;
  readonly by?: Pick<EntryFacts, "layer" | "ordinal" | "path" | "type"> | undefined;
}
