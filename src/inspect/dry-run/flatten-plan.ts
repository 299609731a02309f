import type { Diagnostic } from "../../diagnostic.ts";
import type { DiffId, Digest } from "../../oci/digest.ts";
import type { Compression } from "../../oci/media-type.ts";
import type { ExcludedBy } from "../../plan/merge-plan.ts";
import type { FoundBase } from "../../squash/found-base.ts";
import type { HiddenFile } from "../analysis/analysis-result.ts";
import type { HiddenSummary } from "../history-result.ts";

/**
 * What a flatten would do: the same object that `planish flatten --dry-run --format json` prints. All sizes are in
 * bytes.
 */
export interface FlattenPlan {
  /** What was read, as a reference that can be typed. */
  readonly source: string;
  /** Where the result would go; absent where nothing was said and nothing can be guessed. */
  readonly destination?: string | undefined;
  /** Names that the result would get. */
  readonly tags: readonly string[];
  /** One a platform, in the order of the index. */
  readonly images: readonly ImagePlan[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What would become of one platform's image. */
export interface ImagePlan {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  readonly config: Digest;
  /** True when the source is flat already: its layer would be copied as it is, were it compressed as is wanted. */
  readonly alreadyFlat: boolean;
  /** The base that its layers would be kept for; absent unless one was asked for. */
  readonly base?: FoundBase | undefined;
  /** Of all layers, as they lie in the source. */
  readonly size: number;
  readonly uncompressedSize: number;
  /** What becomes of each layer of the source, bottom first. */
  readonly layers: readonly SourceLayerPlan[];
  /** What the result consists of, bottom first. */
  readonly result: readonly ResultLayerPlan[];
  readonly hidden: HiddenSummary;
  /** The largest files whose content the result does without, as many as were asked for. */
  readonly hiddenFiles: readonly HiddenFile[];
  /** What each rule of `exclude` and `prune` would take away; absent where there is none. */
  readonly excluded?: readonly ExcludedBy[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A layer of the source. */
export interface SourceLayerPlan {
  /** 0 = bottom. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId: DiffId;
  /** The step of the config's history that made it, where the history has it. */
  readonly createdBy?: string | undefined;
  readonly size: number;
  readonly uncompressedSize: number;
  /** Entries that the result has. */
  readonly entries: number;
  /** Bytes of the layer's tar that are copied into the result. */
  readonly copied: number;
  readonly hidden: HiddenSummary;
}

/** A layer of the result. */
export interface ResultLayerPlan {
  /**
   * Layers of the source that it is made of, from the first to the last, which is -1 for the empty layer of an image
   * that had none.
   */
  readonly first: number;
  readonly last: number;
  /** It is a layer of the source, byte for byte. */
  readonly kept: boolean;
  readonly entries: number;
  /** Exact: the bytes of its tar. */
  readonly uncompressedSize: number;
  /**
   * Estimated from how well the source's layers are compressed, exact where nothing is; absent where the source tells
   * nothing of how it will compress.
   */
  readonly size?: number | undefined;
  readonly compression: Compression;
  /**
   * Where its bytes come from. `ranges` is how many stretches of the source's tars are copied; `fresh` are new headers,
   * `zeros` padding and holes.
   */
  readonly bytes: { readonly ranges: number; readonly copied: number; readonly fresh: number; readonly zeros: number };
}
