import type { ImageAnalysis } from "../inspect/analysis/analysis-result.ts";
import type { ImageHistory } from "../inspect/history-result.ts";
import type { LayerHides } from "../inspect/layer-hides.ts";
import type { Verification } from "../verify/verification.ts";

/** Version of {@link ReportData}: within it fields are added, never removed or given another meaning. */
export const REPORT_VERSION = 1;

/**
 * Everything that a report page shows: one image, entry by entry, and its flat image or the plan of one. Plain data;
 * sizes are in bytes.
 */
export interface ReportData {
  readonly schemaVersion: typeof REPORT_VERSION;
  /** Creation time of the report, RFC 3339. */
  readonly created: string;
  /** What was read, as a full reference. */
  readonly source: string;
  /** The names of the image in the source. */
  readonly names: readonly string[];
  /** In the page only the first diagnostics of each rule have their paths. */
  readonly image: ImageHistory;
  /** The analysis; its diagnostics are empty, since they are in `image`. */
  readonly analysis: ImageAnalysis;
  /** What each layer hides in which; pairs that hide nothing are left out. */
  readonly hides: readonly LayerHides[];
  readonly config: {
    /** The exact text; its bytes have the digest `image.config`. */
    readonly text: string;
    /** The parsed text; numbers beyond 2^53 lose digits here, and not where the page shows them. */
    readonly json: unknown;
  };
  readonly files: FileColumns;
  readonly flat: FlatSide;
}

/** What a flatten would write, or a flat image that was read and compared with the source. */
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
  /** As a full reference. */
  readonly source: string;
  readonly layers: number;
  readonly entries: number;
  readonly uncompressedSize: number;
  /** Of the layers as stored. */
  readonly size: number;
  /** The comparison by the independent reader, with at most {@link MAX_DIFFERENCES} differences. */
  readonly verification: Verification;
  /** How many paths differ. */
  readonly differences: number;
}

/** Differences between source and flat image that a report lists. */
export const MAX_DIFFERENCES = 1000;

/**
 * Every entry of every layer in columns, and the directories above them. Paths are in output order (depth first, names
 * sorted by their bytes, the root "" first), entries in the order of their paths, those of one path bottom layer first.
 * Names have one char per byte.
 */
export interface FileColumns {
  /** Last component of each path; "" for the root. */
  readonly names: readonly string[];
  /** How many paths before each path its directory comes; 0 for the root. */
  readonly parents: readonly number[];
  /** How many entries each path has; 0 for directories that no entry lists. */
  readonly counts: readonly number[];
  /** Layer of each entry, 0 = bottom. */
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
   * Index in {@link reasons}: why the entry is hidden; 0 (`kept`) if it is in the flat image. `adopted`: its content is
   * there under another name of a hard link.
   */
  readonly reasonNumbers: readonly number[];
  readonly reasons: readonly string[];
  /** 1 + the layer that hides the entry; 0 if none does. */
  readonly hiddenBy: readonly number[];
  /** Link targets, by number of the entry: few entries have one. */
  readonly targets: readonly (readonly [number, string])[];
  /** Names of extended attributes, joined by commas, by number of the entry. */
  readonly xattrs: readonly (readonly [number, string])[];
}
