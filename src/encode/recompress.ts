import type { Compressor } from "./compressor.ts";
import { encodeLayer } from "./encode-layer.ts";
import { gzip } from "./gzip.ts";
import type { LayerEncoder } from "./layer-encoder.ts";
import { zstd } from "./zstd.ts";

/** What compresses a whole tar. */
export const COMPRESSORS: Readonly<Record<"gzip" | "zstd", Compressor>> = { gzip, zstd };

/** Compresses the whole flat tar again. Equal bytes for any concurrency, within one version of the zlib or zstd that Node carries. */
export function recompressEncoder(compression: "gzip" | "zstd", level: number): LayerEncoder {
  return {
    compression,
    encode: (input, context) =>
      encodeLayer(input, context, {
        compression,
        copied: { verbatim: 0, stored: 0, recompressed: input.plan.size },
        transform: (tar) =>
          COMPRESSORS[compression](tar, { level, concurrency: context.concurrency, signal: context.signal }),
      }),
  };
}
