import { releasing } from "../bytes/release.ts";
import type { Compressor } from "./compressor.ts";
import { copied } from "./copied.ts";
import { encodeLayer, watchedTar } from "./encode-layer.ts";
import { gzip } from "./gzip.ts";
import type { LayerEncoder } from "./layer-encoder.ts";
import { zstd } from "./zstd.ts";

/** The compressors of whole tars. */
export const COMPRESSORS: Readonly<Record<"gzip" | "zstd", Compressor>> = { gzip, zstd };

/**
 * Compresses the whole flat tar. Equal bytes for any concurrency, within one version of the zlib or zstd that Node
 * carries.
 */
export function recompressEncoder(compression: "gzip" | "zstd", level: number): LayerEncoder {
  return {
    compression,
    copies: undefined,
    encode: (input, context) =>
      encodeLayer(input, context, {
        compression,
        async *write(watch) {
          // Blocks are compressed on Node's own thread pool.
          await context.workers.rest();
          const tar = watchedTar(input, context, { watch, copied: copied({ recompressed: input.plan.size }) });
          const { concurrency, signal } = context;
          yield* COMPRESSORS[compression](releasing(tar), { level, concurrency, signal });
        },
      }),
  };
}
