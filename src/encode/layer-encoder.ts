import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { Compression } from "../oci/media-type.ts";
import type { MergePlan } from "../plan/merge-plan.ts";
import type { EncodingLayer } from "../transport/contracts.ts";

/** What an encoder works on: the plan, and the uncompressed tars that its copy segments name, by layer number. */
export interface EncodeInput {
  readonly plan: MergePlan;
  readonly tars: readonly SeekableBytes[];
  /** os/arch[/variant] of the image, for whoever watches. */
  readonly platform?: string | undefined;
}

/** Turns a plan into the bytes of one layer. Equal plan and options give equal bytes on every machine and for any concurrency. */
export interface LayerEncoder {
  readonly compression: Compression;
  /** Starts nothing: bytes are read and compressed as `stream` is pulled. */
  encode(input: EncodeInput, context: Context): EncodingLayer;
}
