import type { Diagnostic } from "../diagnostic.ts";
import type { DiffId, Digest } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import type { HiddenReason } from "../plan/merge-plan.ts";

/**
 * The history of an image, and what is left of each layer: the same object that `planish history --format json` prints.
 * All sizes are in bytes.
 */
export interface HistoryResult {
  /** A reference to what was read. */
  readonly source: string;
  /** Names that the source has for the image. */
  readonly names: readonly string[];
  /** Digest and media type of what the source names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** One per platform, in the order of the index. */
  readonly images: readonly ImageHistory[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The history of one platform's image. */
export interface ImageHistory {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  readonly config: Digest;
  /** Of all layers, as they are stored in the source. */
  readonly size: number;
  readonly uncompressedSize: number;
  /** Entries of all layers, including whiteouts. */
  readonly entries: number;
  readonly hidden: HiddenSummary;
  /** What a flat image would have. */
  readonly flat: { readonly entries: number; readonly uncompressedSize: number };
  /** Newest first. */
  readonly steps: readonly HistoryStep[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * One step of the config's history with the layer that it made, if it made one; a layer that is not in the history is a
 * step with nothing but `layer`.
 */
export interface HistoryStep {
  readonly created?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  readonly layer?: HistoryLayer | undefined;
}

/** A layer, described by its index and the plan. */
export interface HistoryLayer {
  /** 0 = bottom. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId: DiffId;
  readonly mediaType: string;
  readonly compression: Compression;
  /** As it is stored in the source. */
  readonly size: number;
  readonly uncompressedSize: number;
  readonly entries: number;
  readonly hidden: HiddenSummary;
}

/** The entries that are not in the flat layer, by reason. */
export interface HiddenSummary {
  readonly entries: number;
  /** Bytes of their content. */
  readonly size: number;
  readonly reasons: Readonly<Record<HiddenReason, number>>;
}
