import type { Compression } from "../../oci/media-type.ts";
import type { HiddenReason } from "../../plan/merge-plan.ts";
import type { PruneName } from "../../prune/prune-profiles.ts";
import type { HistoryLayer, HistoryResult, ImageHistory } from "../history-result.ts";
import type { Advice, Recommendation } from "./advice-result.ts";
import type { FleetAnalysis } from "./fleet-result.ts";
import type { GateOutcome } from "./gates.ts";
import type { Ghosts } from "./ghosts-result.ts";

/**
 * What some images waste, hide and could do without: the same object that `planish analyze --format json` prints. All
 * sizes are in bytes.
 */
export interface AnalysisResult {
  /** One an image that was asked for, in that order. */
  readonly sources: readonly AnalyzedSource[];
  /** All images together, where there are several. */
  readonly fleet?: FleetAnalysis | undefined;
  /** Every image against every gate, where there were any: image by image in the order of `sources`. */
  readonly gates?: readonly GateOutcome[] | undefined;
}

/** What one reference led to. */
export interface AnalyzedSource extends Omit<HistoryResult, "images"> {
  /** One a platform, in the order of the index. */
  readonly images: readonly ImageAnalysis[];
}

/**
 * One platform's image. Lists hold the largest first, as many as were asked for; the figures beside them count all.
 * Paths are one char a byte.
 */
export interface ImageAnalysis extends Omit<ImageHistory, "flat" | "steps"> {
  /** Content of the files of all layers. */
  readonly contentSize: number;
  /**
   * By the definition of dive, 0 to 1: the smallest size of each path over all its sizes in all layers.
   * docs/analysis.md
   */
  readonly efficiency: number;
  /**
   * By the definition of dive: all sizes of each path that several layers have or remove; what is left of it counts
   * too.
   */
  readonly wastedBytes: number;
  /**
   * By the definition of dive, 0 to 1 and more: `wastedBytes` over the content of all layers but the bottom one; 0
   * where those have none.
   */
  readonly wastedPercent: number;
  /** What a flat image would hold. */
  readonly flat: PredictedFlat;
  /** Bottom first. */
  readonly layers: readonly AnalyzedLayer[];
  readonly rewritten: RewrittenPaths;
  /** Files whose content is in no flat image. */
  readonly hiddenFiles: readonly HiddenFile[];
  readonly duplicates: Duplicates;
  /** By profile, the largest first; profiles without content are left out. */
  readonly prunable: readonly PrunableContent[];
  readonly ghosts: Ghosts;
  readonly advice: readonly Advice[];
  readonly recommendation: Recommendation;
}

/** The flat image, without having made it. */
export interface PredictedFlat {
  readonly entries: number;
  /** Exact. */
  readonly uncompressedSize: number;
  /** Estimated where layers are compressed: their compressed bytes, less the share of what is hidden of each. */
  readonly size: number;
  readonly compression: Compression;
}

/** A layer, what made it and what it costs. */
export interface AnalyzedLayer extends HistoryLayer {
  /** The step of the config's history that made it, where the history has it. */
  readonly created?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly comment?: string | undefined;
  /** Content of its files. */
  readonly contentSize: number;
  /** What of its blob a flat image would keep, estimated as in {@link PredictedFlat}. */
  readonly keptSize: number;
  /** Files of paths that a lower layer has already, and their content. */
  readonly rewrites: { readonly files: number; readonly size: number };
  /** Files whose content is also in an entry before it, lower or earlier in the layer. */
  readonly duplicates: { readonly files: number; readonly size: number };
  /** What this layer hides of those below it. */
  readonly hides: { readonly entries: number; readonly size: number };
}

/** Paths that several layers have or remove: dive's list. */
export interface RewrittenPaths {
  readonly count: number;
  readonly largest: readonly RewrittenPath[];
}

/** One of them. */
export interface RewrittenPath {
  readonly path: string;
  /** All its sizes in all layers. */
  readonly size: number;
  /** Layers that have or remove it, bottom first. */
  readonly layers: readonly number[];
}

/** A file that is not in the flat image, with the layer that added it and what hides it. */
export interface HiddenFile {
  readonly path: string;
  readonly size: number;
  readonly layer: number;
  readonly reason: HiddenReason;
  readonly hiddenBy?: { readonly layer: number; readonly path: string } | undefined;
}

/** Files of equal size and CRC-32, of 1 KiB and more. */
export interface Duplicates {
  /** Files besides the first one of each group, and their content. */
  readonly files: number;
  readonly size: number;
  /** Those of them that the flat image still holds. */
  readonly visible: { readonly files: number; readonly size: number };
  readonly largest: readonly DuplicateGroup[];
}

/** Files with the same content. */
export interface DuplicateGroup {
  /** Of one of them. */
  readonly size: number;
  readonly files: number;
  /** At most ten, those that were found first. */
  readonly places: readonly { readonly layer: number; readonly path: string }[];
}

/** Content of the flat image that it can mostly do without, by one profile; each file counts for one profile. */
export interface PrunableContent {
  readonly profile: PruneName;
  readonly files: number;
  /** Content that goes when all names of it go. */
  readonly size: number;
}
