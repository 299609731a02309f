import type { ByteStream } from "../bytes/byte-stream.ts";
import type { EncodedLayer, EncodingLayer } from "../transport/contracts.ts";

/** A layer whose bytes `run` makes as they are pulled; at their end it passes what it has encoded to `finish`. */
export function encodingLayer(
  known: Pick<EncodingLayer, "compression" | "uncompressedSize">,
  run: (finish: (layer: EncodedLayer) => void) => ByteStream,
): EncodingLayer {
  let encoded: EncodedLayer | undefined;
  const finish = (layer: EncodedLayer): void => {
    encoded = layer;
  };
  return {
    ...known,
    stream: { [Symbol.asyncIterator]: () => run(finish)[Symbol.asyncIterator]() },
    result() {
      if (encoded === undefined) throw new Error("the layer was not read to its end");
      return encoded;
    },
  };
}
