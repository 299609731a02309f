import type { Diagnostic } from "../diagnostic.ts";
import type { DiffId } from "../oci/digest.ts";
import type { HiddenReason } from "../plan/merge-plan.ts";
import type { FileEntry } from "./files/file-entry.ts";
import type { LookedAt } from "./files/open-image.ts";

/**
 * How a path came to be what it is: the same object that `planish explain --format json` prints. Paths have one char a
 * byte (latin1).
 */
export interface ExplainResult extends Omit<LookedAt, "layer"> {
  /** What is explained; "" is the root. */
  readonly path: string;
  /** What was asked for, where links on the way led elsewhere. */
  readonly asked?: string | undefined;
  /** What the flat image holds there; null for nothing. */
  readonly flat: FileEntry | null;
  /** All names of the file in the flat image, where it has several, sorted as the flat layer is. */
  readonly names: readonly string[];
  /** Bottom first, within a layer in the order of its tar. */
  readonly steps: readonly ExplainStep[];
  /** Those about the path, and those about the image as a whole. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What an entry of a layer does to the path. `adds`: it is there now. `changes`: another entry of the path was there.
 * `links`: gives what stands there another name. `removes`: a whiteout of the path or of a directory above it. `hides`:
 * an opaque whiteout of a directory above it. `replaces`: takes the place of a directory above it. `holds`: what the
 * flat image has there is its content, though it is no entry of the path. `empties`: an opaque whiteout of the path
 * itself, which hides what lower layers have in it. `nothing`: a whiteout of what is not there.
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
  /** The command that made the layer, as the config's history has it. */
  readonly createdBy?: string | undefined;
  /** Why it is not in the flat layer as an entry of its own; undefined where it is. */
  readonly hidden?: ExplainHidden | undefined;
}

/** An entry of a layer. */
export interface EntryFacts {
  /** 0 = bottom. */
  readonly layer: number;
  /** Its place in the layer's tar, 0 = first. */
  readonly ordinal: number;
  /**
   * What it is about, without `.wh.`; another than the one that is explained where it is a link to it, a directory
   * above it, or leads to it through a link of its layer.
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
