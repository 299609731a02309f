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
  /** A reference to what was read. */
  readonly source: string;
  /** Where the result would go; absent if no destination is given and there is no default. */
  readonly destination?: string | undefined;
  /** Names that the result would get. */
  readonly tags: readonly string[];
  /** One per platform, in the order of the index. */
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
  /** True if the source is flat already: its layer would be copied as it is, unless its compression has to change. */
  readonly alreadyFlat: boolean;
  /** The base image whose layers would be kept; absent unless `base` was given. */
  readonly base?: FoundBase | undefined;
  /** Of all layers, as they are stored in the source. */
  readonly size: number;
  readonly uncompressedSize: number;
  /** What becomes of each layer of the source, bottom first. */
  readonly layers: readonly SourceLayerPlan[];
  /** What the result consists of, bottom first. */
  readonly result: readonly ResultLayerPlan[];
  readonly hidden: HiddenSummary;
  /** The largest files whose content is not in the result, at most as many as were asked for. */
  readonly hiddenFiles: readonly HiddenFile[];
  /** What each rule of `exclude` and `prune` would leave out; absent if there are no rules. */
  readonly excluded?: readonly ExcludedBy[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A layer of the source. */
export interface SourceLayerPlan {
  /** 0 = bottom. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId: DiffId;
  /** The step of the config's history that made it, if the history has it. */
  readonly createdBy?: string | undefined;
  readonly size: number;
  readonly uncompressedSize: number;
  /** Number of its entries that are in the result. */
  readonly entries: number;
  /** Bytes of the layer's tar that are copied into the result. */
  readonly copied: number;
  readonly hidden: HiddenSummary;
}

/** A layer of the result. */
export interface ResultLayerPlan {
  /**
   * Numbers of the lowest and the topmost layer of the source that it is made from; 0 and -1 for the empty layer of an
   * image that had none.
   */
  readonly first: number;
  readonly last: number;
  /** True if it is a layer of the source, byte for byte. */
  readonly kept: boolean;
  readonly entries: number;
  /** Bytes of its tar; exact. */
  readonly uncompressedSize: number;
  /**
   * Bytes of its blob, estimated from the compression ratio of the source's layers, exact without compression; absent
   * if the result is compressed and no layer of the source is.
   */
  readonly size?: number | undefined;
  readonly compression: Compression;
  /**
   * Where its bytes come from. `ranges` is the number of ranges that are copied from the source's tars, `copied` their
   * bytes; `fresh` are bytes of new headers, `zeros` padding and holes.
   */
  readonly bytes: { readonly ranges: number; readonly copied: number; readonly fresh: number; readonly zeros: number };
}
