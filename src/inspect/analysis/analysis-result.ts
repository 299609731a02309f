import type { Diagnostic } from "../../diagnostic.ts";
import type { Compression } from "../../oci/media-type.ts";
import type { HiddenReason } from "../../plan/merge-plan.ts";
import type { PruneName } from "../../prune/prune-profiles.ts";
import type { HistoryLayer, HistoryResult, ImageHistory } from "../history-result.ts";
import type { Advice, Recommendation } from "./advice-result.ts";
import type { FleetAnalysis } from "./fleet-result.ts";
import type { GateOutcome } from "./gates.ts";
import type { Ghosts } from "./ghosts-result.ts";

/**
 * What images waste, hide and do not need: the same object that `planish analyze --format json` prints. All sizes are
 * in bytes.
 */
export interface AnalysisResult {
  /** One for each given reference, in the same order, then those in the place. */
  readonly sources: readonly AnalyzedSource[];
  /** All images together, if there are several. */
  readonly fleet?: FleetAnalysis | undefined;
  /** The outcome of every gate for every image, if there are gates; image by image in the order of `sources`. */
  readonly gates?: readonly GateOutcome[] | undefined;
  /** The place, if all of its images were asked for, in the form in which it is given. */
  readonly place?: string | undefined;
  /** Images of the place that cannot be read. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** The analysis of what one reference names. */
export interface AnalyzedSource extends Omit<HistoryResult, "images"> {
  /** One per platform, in the order of the index. */
  readonly images: readonly ImageAnalysis[];
}

/**
 * One platform's image. Lists have the largest first, at most as many as were asked for; the figures beside them count
 * all. Paths have one character per byte.
 */
export interface ImageAnalysis extends Omit<ImageHistory, "flat" | "steps"> {
  /** Bytes of content of the files of all layers. */
  readonly contentSize: number;
  /**
   * By dive's definition, 0 to 1: the sum of the smallest sizes of all paths, divided by the sum of all their sizes in
   * all layers. docs/analysis.md
   */
  readonly efficiency: number;
  /**
   * By dive's definition: the sum of all sizes of each path that several layers have or remove, including the visible
   * one.
   */
  readonly wastedBytes: number;
  /**
   * By dive's definition, 0 to 1 and more: `wastedBytes` divided by the content of all layers except the bottom one; 0
   * if those have none.
   */
  readonly wastedPercent: number;
  /** What a flat image would have. */
  readonly flat: PredictedFlat;
  /** Bottom first. */
  readonly layers: readonly AnalyzedLayer[];
  readonly rewritten: RewrittenPaths;
  /** Files whose content would not be in the flat image. */
  readonly hiddenFiles: readonly HiddenFile[];
  readonly duplicates: Duplicates;
  /** Sorted by size, the largest profile first; without profiles that match no file. */
  readonly prunable: readonly PrunableContent[];
  readonly ghosts: Ghosts;
  readonly advice: readonly Advice[];
  readonly recommendation: Recommendation;
}

/** What the flat image would be. */
export interface PredictedFlat {
  readonly entries: number;
  /** Exact. */
  readonly uncompressedSize: number;
  /** Bytes of the layer's blob; estimated if layers are compressed, by the share of each that is not hidden. */
  readonly size: number;
  readonly compression: Compression;
}

/** A layer, the step that made it and what it costs. */
export interface AnalyzedLayer extends HistoryLayer {
  /** From the step of the config's history that made it, if the history has it. */
  readonly created?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly comment?: string | undefined;
  /** Bytes of content of its files. */
  readonly contentSize: number;
  /** How many bytes of its blob a flat image would keep, estimated as in {@link PredictedFlat}. */
  readonly keptSize: number;
  /** Files that replace one at the same path in a lower layer, and bytes of their content. */
  readonly rewrites: { readonly files: number; readonly size: number };
  /** Files whose content is also in a lower layer, or in an earlier entry of this one. */
  readonly duplicates: { readonly files: number; readonly size: number };
  /** What this layer hides of those below it. */
  readonly hides: { readonly entries: number; readonly size: number };
}

/** Paths that several layers have or remove, as dive lists them. */
export interface RewrittenPaths {
  readonly count: number;
  readonly largest: readonly RewrittenPath[];
}

/** A path that several layers have or remove. */
export interface RewrittenPath {
  readonly path: string;
  /** The sum of its sizes in all layers. */
  readonly size: number;
  /** Layers that have or remove it, bottom first. */
  readonly layers: readonly number[];
}

/** A file whose content is not in the flat image, with the layer that added it and what hides it. */
export interface HiddenFile {
  readonly path: string;
  readonly size: number;
  readonly layer: number;
  readonly reason: HiddenReason;
  readonly hiddenBy?: { readonly layer: number; readonly path: string } | undefined;
}

/** Files of at least 1 KiB with equal sizes and CRC-32. */
export interface Duplicates {
  /** Files except one of each group, and bytes of their content. */
  readonly files: number;
  readonly size: number;
  /** The same for the files that are in the flat image. */
  readonly visible: { readonly files: number; readonly size: number };
  readonly largest: readonly DuplicateGroup[];
}

/** Files with the same content. */
export interface DuplicateGroup {
  /** Bytes of one of them. */
  readonly size: number;
  readonly files: number;
  /** At most the first ten. */
  readonly places: readonly { readonly layer: number; readonly path: string }[];
}

/** Content of the flat image that it can usually do without, of one profile; each file counts for one profile. */
export interface PrunableContent {
  readonly profile: PruneName;
  readonly files: number;
  /** Bytes of content, if the profile leaves out all names of the file. */
  readonly size: number;
}
