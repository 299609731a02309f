import { createHash, type Hash } from "node:crypto";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { release } from "../bytes/release.ts";
import { tapped } from "../bytes/tapped.ts";
import type { Context } from "../context.ts";
import type { DiffId, Digest } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import { startStage } from "../progress/stage-progress.ts";
import type { EncodedLayer, EncodingLayer } from "../transport/contracts.ts";
import type { EncodeInput } from "./layer-encoder.ts";
import { render } from "./render.ts";

/** What tells one encoder from another. */
export interface Encoding {
  readonly compression: Compression;
  readonly copied: EncodedLayer["copied"];
  /** Compresses the flat tar, and keeps no chunk of it when it asks for the next; absent where the tar is stored as it is, and hashed once only. */
  readonly transform?: (tar: ByteStream) => ByteStream;
}

/** The part that all encoders share: renders the plan, hashes what goes in and what comes out, and reports progress in bytes of the tar. */
export function encodeLayer(input: EncodeInput, context: Context, encoding: Encoding): EncodingLayer {
  let encoded: EncodedLayer | undefined;
  const finish = (layer: EncodedLayer): void => {
    encoded = layer;
  };
  return {
    compression: encoding.compression,
    uncompressedSize: input.plan.size,
    stream: { [Symbol.asyncIterator]: () => run(input, context, { ...encoding, finish }) },
    result() {
      if (encoded === undefined) throw new Error("the layer was not read to its end");
      return encoded;
    },
  };
}

interface RunEncoding extends Encoding {
  readonly finish: (layer: EncodedLayer) => void;
}

async function* run(input: EncodeInput, context: Context, encoding: RunEncoding): AsyncGenerator<Uint8Array> {
  const { plan, platform } = input;
  const { size: total } = plan;
  const stage = { stage: "encode", label: "flat layer", platform, total } as const;
  const progress = startStage((event) => context.report(event), stage);
  const tarHash = createHash("sha256");
  const blobHash = encoding.transform === undefined ? undefined : createHash("sha256");
  const tar = tapped(render(input, context.signal), (chunk) => {
    tarHash.update(chunk);
    progress.advance(chunk.length);
  });
  let size = 0;
  for await (const chunk of encoding.transform?.(releasing(tar)) ?? tar) {
    blobHash?.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  context.signal.throwIfAborted();
  progress.finish();
  const diffId = hexDigest<DiffId>(tarHash);
  const digest = blobHash === undefined ? (diffId as string as Digest) : hexDigest<Digest>(blobHash);
  const { compression, copied } = encoding;
  encoding.finish({ compression, digest, size, diffId, uncompressedSize: total, copied });
}

function hexDigest<Kind extends string>(hash: Hash): Kind {
  return `sha256:${hash.digest("hex")}` as Kind;
}

/** For a consumer that has done with a chunk when it asks for the next. */
async function* releasing(stream: ByteStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    yield chunk;
    release(chunk);
  }
}
