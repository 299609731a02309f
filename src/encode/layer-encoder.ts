import type { Context } from "../context.ts";
import type { Compression } from "../oci/media-type.ts";
import type { MergePlan } from "../plan/merge-plan.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import type { EncodingLayer } from "../transport/contracts.ts";

/** What an encoder knows about a layer. If the plan copies nothing from it, its bytes may not be readable. */
export type EncodeSource = Pick<LayerIndex, "tar" | "size" | "deflate" | "zstd">;

/** What an encoder works on: the plan, and the layers that its copy segments name, by number. */
export interface EncodeInput {
  readonly plan: MergePlan;
  readonly layers: readonly EncodeSource[];
  /** os/arch[/variant] of the image, for progress. */
  readonly platform?: string | undefined;
}

/**
 * Turns a plan into the bytes of one layer. Equal plan and options give equal bytes on every machine and for any
 * concurrency.
 */
export interface LayerEncoder {
  readonly compression: Compression;
  /** The compression whose layers it can copy without decompressing them; undefined when it copies none. */
  readonly copies: "gzip" | "zstd" | undefined;
  /** Starts nothing yet: bytes are read and compressed as `stream` is pulled. */
  encode(input: EncodeInput, context: Context): EncodingLayer;
}
