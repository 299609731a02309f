import { encodeLayer } from "./encode-layer.ts";
import type { LayerEncoder } from "./layer-encoder.ts";

/** Writes the flat tar as it is: digest and diffID are the same. */
export function storeEncoder(): LayerEncoder {
  return {
    compression: "none",
    encode: (input, context) =>
      encodeLayer(input, context, {
        compression: "none",
        copied: { verbatim: 0, stored: input.plan.size, recompressed: 0 },
      }),
  };
}
