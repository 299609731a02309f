import type { Context } from "../context.ts";
import type { EncodingLayer } from "../transport/contracts.ts";
import { encodeLayer } from "./encode-layer.ts";
import type { EncodeInput, LayerEncoder } from "./layer-encoder.ts";
import { spliceHere } from "./splice-here.ts";
import { spliceInThread } from "./splice-in-thread.ts";

/**
 * The share of the flat tar that must come from layers whose bits can be copied. With less, recompressing everything on
 * all cores is faster than splicing on one.
 */
const LEAST_SHARE = 0.5;

/** A flat tar smaller than this is spliced in less time than it takes to start a thread. */
const WITHOUT_THREAD = 8 * 1024 * 1024;

/**
 * Writes one gzip member and copies the compressed bits of what survives; only what is near a joint, and what was not
 * gzip before, is compressed again. Equal bytes for equal input on every machine, since the kernel makes every new bit.
 * A plan of which too little can be copied goes to `otherwise`; one of at least `threadFrom` bytes is spliced in a
 * thread if all its layers are in files.
 */
export function spliceEncoder(otherwise: LayerEncoder, threadFrom: number = WITHOUT_THREAD): LayerEncoder {
  return {
    compression: "gzip",
    copies: "gzip",
    encode: (input, context) =>
      isWorthSplicing(input) ? splice(input, context, threadFrom) : otherwise.encode(input, context),
  };
}

function splice(input: EncodeInput, context: Context, threadFrom: number): EncodingLayer {
  const threaded = input.plan.size >= threadFrom && input.layers.every(liesInFiles);
  const write = threaded ? spliceInThread : spliceHere;
  return encodeLayer(input, context, { compression: "gzip", write: (watch) => write(input, context, watch) });
}

/** Decides by the plan's bytes alone, never by cores or time, so that the digest is the same everywhere. */
function isWorthSplicing({ plan, layers }: EncodeInput): boolean {
  if (layers.every(({ deflate }) => deflate === undefined)) return false;
  const bytes = plan.copiedFrom.reduce((sum, copied, layer) => (layers[layer]?.deflate ? sum + copied : sum), 0);
  return bytes >= LEAST_SHARE * plan.size;
}

function liesInFiles({ tar, deflate, unread = false }: EncodeInput["layers"][number]): boolean {
  if (unread) return true;
  return tar.file !== undefined && (deflate === undefined || deflate.blob.file !== undefined);
}
