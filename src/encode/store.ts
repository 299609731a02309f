import { copied } from "./copied.ts";
import { encodeLayer, watchedTar } from "./encode-layer.ts";
import type { LayerEncoder } from "./layer-encoder.ts";

/** Writes the flat tar as it is: digest and diffID are the same. */
export function storeEncoder(): LayerEncoder {
  return {
    compression: "none",
    copies: undefined,
    encode: (input, context) =>
      encodeLayer(input, context, {
        compression: "none",
        write: (watch) => watchedTar(input, context, { watch, copied: copied({ stored: input.plan.size }) }),
      }),
  };
}
