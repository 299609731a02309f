import type { Diagnostic } from "../../diagnostic.ts";
import type { Digest } from "../../oci/digest.ts";
import type { FileEntry } from "../files/file-entry.ts";

/**
 * What differs between two images, or between layers of them: the same object that `planish diff --format json` prints.
 * Paths have one char a byte (latin1).
 */
export interface DiffResult {
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Neither files nor configs differ, but for what was ignored. */
  readonly equal: boolean;
  readonly added: DiffSum;
  readonly removed: DiffSum;
  readonly changed: DiffSum;
  /** Depth first, names sorted by their bytes. */
  readonly differences: readonly FileDifference[];
  /**
   * Value by value, but for `rootfs` and `history`, which speak of layers, and what builds leave behind; empty where
   * layers of one image are compared, or a root filesystem, which has no config.
   */
  readonly config: readonly ConfigChange[];
  /** Attributes that were not compared. */
  readonly ignored: readonly DiffAttribute[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One of the two that were compared. */
export interface DiffSide {
  /** What was read, as a reference that can be typed. */
  readonly source: string;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  /** Numbers of the layers that were looked at, 0 = bottom. */
  readonly layers: readonly number[];
  /** Entries that these layers make together. */
  readonly entries: number;
}

/** How many paths of a kind there are, and what they hold. */
export interface DiffSum {
  readonly entries: number;
  /**
   * Bytes of content: of `b`, and where something was removed of `a`. A file with several names counts once; as added
   * or removed only where all of them were.
   */
  readonly size: number;
}

/** How one path differs. */
export interface FileDifference {
  readonly kind: "added" | "removed" | "changed";
  readonly path: string;
  /** In `b`, and where it was removed in `a`. */
  readonly type: FileEntry["type"];
  readonly size: number;
  /** The layer whose tar holds it, of the same side. */
  readonly layer: number;
  /** What differs, of a path that both have; of another type nothing else is said. */
  readonly attributes: readonly AttributeChange[];
}

/** What may differ of a path; `xattr` is each extended attribute. */
export type DiffAttribute =
  | "type"
  | "mode"
  | "owner"
  | "mtime"
  | "size"
  | "content"
  | "target"
  | "device"
  | "links"
  | "xattr";

/**
 * One attribute as text; null where it is not there. Contents of one size are told apart by their SHA-256, others by
 * their sizes.
 */
export interface AttributeChange {
  readonly attribute: Exclude<DiffAttribute, "xattr"> | `xattr ${string}`;
  readonly a: string | null;
  readonly b: string | null;
}

/** One value of the config as JSON text; null where it is absent. */
export interface ConfigChange {
  /** Names joined by dots: `config.Env`. */
  readonly field: string;
  readonly a: string | null;
  readonly b: string | null;
}
