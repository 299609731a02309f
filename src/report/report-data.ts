import type { ImageAnalysis } from "../inspect/analysis/analysis-result.ts";
import type { ImageHistory } from "../inspect/history-result.ts";
import type { Verification } from "../verify/verification.ts";

/** Version of {@link ReportData}: within it fields are added, never removed or given another meaning. */
export const REPORT_VERSION = 1;

/**
 * All that a report page shows: one image, entry by entry, and what it is or would be flat. Plain data; sizes are in
 * bytes.
 */
export interface ReportData {
  readonly schemaVersion: typeof REPORT_VERSION;
  /** When it was made, RFC 3339. */
  readonly created: string;
  /** What was read, as a reference that can be typed. */
  readonly source: string;
  /** Names under which the source knows the image. */
  readonly names: readonly string[];
  readonly image: ImageHistory;
  /** What it wastes and hides, and advice; what one should know of it stands in `image` alone. */
  readonly analysis: ImageAnalysis;
  /** What upper layers hide of lower ones; pairs that hide nothing are left out. */
  readonly hides: readonly LayerHides[];
  readonly config: {
    /** The exact text, whose bytes have the digest in `image.config`. */
    readonly text: string;
    /** The same parsed. */
    readonly json: unknown;
  };
  readonly files: FileColumns;
  readonly flat: FlatSide;
}

/** What layer `by` hides of layer `of`, below it or itself. */
export interface LayerHides {
  readonly by: number;
  readonly of: number;
  readonly entries: number;
  /** Their content. */
  readonly size: number;
}

/** The flat image: what a flatten would write, or one that was read and held against the source. */
export type FlatSide = PlannedFlat | FlatImage;

/** What a flatten would write; `uncompressedSize` in bytes of the tars. */
export interface PlannedFlat {
  readonly kind: "plan";
  readonly layers: number;
  readonly entries: number;
  readonly uncompressedSize: number;
}

/** The flat image that was read; sizes in bytes. */
export interface FlatImage {
  readonly kind: "image";
  /** As a reference that can be typed. */
  readonly source: string;
  readonly layers: number;
  readonly entries: number;
  readonly uncompressedSize: number;
  /** As its layers lie in their source. */
  readonly size: number;
  /** Whether both hold the same, by the independent reader; of the differences at most {@link MAX_DIFFERENCES}. */
  readonly verification: Verification;
  readonly differences: number;
}

/** Differences between source and flat image that a report lists. */
export const MAX_DIFFERENCES = 1000;

/**
 * Every entry of every layer in columns, and the directories above them. Paths are in output order (depth first, names
 * sorted by their bytes, "" the root first), entries in the order of their paths, of one path bottom layer first. Names
 * are one char a byte.
 */
export interface FileColumns {
  /** Last component of each path; "" of the root. */
  readonly names: readonly string[];
  /** How many paths back each path's directory stands; 0 of the root. */
  readonly parents: readonly number[];
  /** How many entries each path has; 0 of directories that no entry lists. */
  readonly counts: readonly number[];
  /** Of each entry: number of the layer, 0 = bottom. */
  readonly layers: readonly number[];
  /** Index in {@link types}. */
  readonly typeNumbers: readonly number[];
  readonly types: readonly string[];
  readonly sizes: readonly number[];
  readonly modes: readonly number[];
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /**
   * Index in {@link reasons}: why the entry is hidden; 0 where it is in the flat image. `adopted`: its content is there
   * under another name of a hard link.
   */
  readonly reasonNumbers: readonly number[];
  readonly reasons: readonly string[];
  /** 1 + the layer that hides the entry, 0 where there is none. */
  readonly hiddenBy: readonly number[];
  /** What few entries have, by number of the entry. */
  readonly targets: readonly (readonly [number, string])[];
  /** Names of extended attributes. */
  readonly xattrs: readonly (readonly [number, string])[];
}
