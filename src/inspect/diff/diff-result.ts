import type { Diagnostic } from "../../diagnostic.ts";
import type { Digest } from "../../oci/digest.ts";
import type { FileEntry } from "../files/file-entry.ts";

/**
 * What differs between two images, or between layers of them: the same object that `planish diff --format json` prints.
 * Paths have one character per byte (latin1).
 */
export interface DiffResult {
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** True if neither files nor configs differ, except in what was ignored. */
  readonly equal: boolean;
  readonly added: DiffSum;
  readonly removed: DiffSum;
  readonly changed: DiffSum;
  /** Depth first, names sorted by their bytes. */
  readonly differences: readonly FileDifference[];
  /**
   * Differing values, except `rootfs` and `history`, which are about layers, and leftovers of builds; empty if layers
   * of one image are compared, or a root filesystem, which has no config.
   */
  readonly config: readonly ConfigChange[];
  /** Attributes that were not compared. */
  readonly ignored: readonly DiffAttribute[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One of the two images that were compared. */
export interface DiffSide {
  /** A reference to what was read. */
  readonly source: string;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  /** Numbers of the layers that were compared, 0 = bottom. */
  readonly layers: readonly number[];
  /** Number of entries in the filesystem of these layers. */
  readonly entries: number;
}

/** The number of paths with one kind of difference, and their size. */
export interface DiffSum {
  readonly entries: number;
  /**
   * Bytes of content in `b`, for removed paths in `a`. A file with several names counts once, and as added or removed
   * only if all its names were.
   */
  readonly size: number;
}

/** How one path differs. */
export interface FileDifference {
  readonly kind: "added" | "removed" | "changed";
  readonly path: string;
  /** In `b`; in `a` if the path was removed. */
  readonly type: FileEntry["type"];
  readonly size: number;
  /** The layer of the same side whose tar has it. */
  readonly layer: number;
  /** What differs, for a path that both have; if the types differ, nothing else is listed. */
  readonly attributes: readonly AttributeChange[];
}

/** What may differ between two files of one path; `xattr` stands for every extended attribute. */
export type DiffAttribute = (typeof DIFF_ATTRIBUTES)[number];

export const DIFF_ATTRIBUTES = [
  "type",
  "mode",
  "owner",
  "mtime",
  "size",
  "content",
  "target",
  "device",
  "links",
  "xattr",
] as const;

/**
 * A differing attribute as text; null if it is absent. Contents of equal size are given by their SHA-256, others differ
 * in `size` only.
 */
export interface AttributeChange {
  readonly attribute: Exclude<DiffAttribute, "xattr"> | `xattr ${string}`;
  readonly a: string | null;
  readonly b: string | null;
}

/** A differing value of the config as JSON text; null if it is absent. */
export interface ConfigChange {
  /** Names joined by dots: `config.Env`. */
  readonly field: string;
  readonly a: string | null;
  readonly b: string | null;
}
