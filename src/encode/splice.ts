import type { Context } from "../context.ts";
import type { EncodingLayer } from "../transport/contracts.ts";
import { withCutZeros } from "./batches.ts";
import { copied } from "./copied.ts";
import { type EncodeWatch, encodeLayer } from "./encode-layer.ts";
import { gzipHeader, gzipTrailer } from "./gzip-frame.ts";
import type { EncodeInput, EncodeSource, LayerEncoder } from "./layer-encoder.ts";
import { spliceHere } from "./splice-here.ts";
import { spliceInThreads } from "./splice-in-threads.ts";

/**
 * The share of the flat tar that must come from layers whose bits can be copied. With less, recompressing everything on
 * all cores is faster than splicing on one.
 */
const LEAST_SHARE = 0.5;

/** A flat tar smaller than this is spliced in less time than it takes to start two threads. */
const WITHOUT_THREADS = 16 * 1024 * 1024;

/**
 * Writes one gzip member and copies the compressed bits of what survives; only what is near a joint, and what was not
 * gzip before, is compressed again. Equal bytes for equal input on every machine, since the kernel makes every new bit.
 * A plan of which too little can be copied goes to `otherwise`; one of at least `threadsFrom` bytes is spliced in
 * threads if all layers that it copies from are in files.
 */
export function spliceEncoder(otherwise: LayerEncoder, threadsFrom: number = WITHOUT_THREADS): LayerEncoder {
  return {
    compression: "gzip",
    copies: "gzip",
    encode: (input, context) =>
      isWorthSplicing(input) ? splice(input, context, threadsFrom) : otherwise.encode(input, context),
  };
}

function splice(input: EncodeInput, context: Context, threadsFrom: number): EncodingLayer {
  const { size: planned, copiedFrom } = input.plan;
  const segments = withCutZeros(input.plan.segments);
  // The bytes of other layers may be nowhere, and need not be.
  const layers = input.layers.map((layer, number) => ((copiedFrom[number] ?? 0) > 0 ? layer : undefined));
  const threaded = planned >= threadsFrom && layers.every((layer) => layer === undefined || liesInFiles(layer));
  const parts = threaded ? spliceInThreads : spliceHere;
  return encodeLayer(input, context, {
    compression: "gzip",
    async *write(watch) {
      yield gzipHeader();
      const { tally, sums } = yield* parts({ segments, layers }, context, inHalves(watch));
      const { diffId, size, crc } = sums;
      if (size !== planned) throw new Error(`the plan's segments make ${size} bytes, not ${planned}`);
      yield gzipTrailer(crc, size);
      watch.finish({ diffId, copied: copied(tally) });
    },
  });
}

/** Progress of work that goes over every byte twice: once to splice it, and once for the sums. */
function inHalves({ advance }: EncodeWatch): (bytes: number) => void {
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    const whole = Math.floor(done / 2);
    advance(whole - told);
    told = whole;
  };
}

/** Decides by the plan's bytes alone, never by cores or time, so that the digest is the same everywhere. */
function isWorthSplicing({ plan, layers }: EncodeInput): boolean {
  if (layers.every(({ deflate }) => deflate === undefined)) return false;
  const bytes = plan.copiedFrom.reduce((sum, copied, layer) => (layers[layer]?.deflate ? sum + copied : sum), 0);
  return bytes >= LEAST_SHARE * plan.size;
}

function liesInFiles({ tar, deflate }: EncodeSource): boolean {
  return tar.file !== undefined && (deflate === undefined || deflate.blob.file !== undefined);
}
