import type { Diagnostic } from "../diagnostic.ts";
import type { DiffId, Digest } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import type { HiddenReason } from "../plan/merge-plan.ts";

/**
 * How an image came to be, and what of each layer is left: the same object that `planish history --format json` prints.
 * All sizes are in bytes.
 */
export interface HistoryResult {
  /** What was read, as a reference that can be typed. */
  readonly source: string;
  /** Names under which the source knows the image. */
  readonly names: readonly string[];
  /** Digest and media type of what the source names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** One a platform, in the order of the index. */
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
  /** Of all layers, as they lie in the source. */
  readonly size: number;
  readonly uncompressedSize: number;
  /** Entries of all layers, whiteouts among them. */
  readonly entries: number;
  readonly hidden: HiddenSummary;
  /** What a flat image would hold. */
  readonly flat: { readonly entries: number; readonly uncompressedSize: number };
  /** Newest first. */
  readonly steps: readonly HistoryStep[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * One step of the config's history with the layer that it made; a step without `layer` made none, a layer that the
 * history forgot is a step without text.
 */
export interface HistoryStep {
  readonly created?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  readonly layer?: HistoryLayer | undefined;
}

/** A layer as its index and the plan describe it. */
export interface HistoryLayer {
  /** 0 = bottom. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId: DiffId;
  readonly mediaType: string;
  readonly compression: Compression;
  /** As it lies in the source. */
  readonly size: number;
  readonly uncompressedSize: number;
  readonly entries: number;
  readonly hidden: HiddenSummary;
}

/** Entries that are not in the flat layer, and why. */
export interface HiddenSummary {
  readonly entries: number;
  /** Their content. */
  readonly size: number;
  readonly reasons: Readonly<Record<HiddenReason, number>>;
}
