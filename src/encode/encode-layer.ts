import { createHash } from "node:crypto";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { tapped } from "../bytes/tapped.ts";
import type { Context } from "../context.ts";
import { type Digest, hashDigest } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import { startStage } from "../progress/stage-progress.ts";
import type { EncodedLayer, EncodingLayer } from "../transport/contracts.ts";
import { encodingLayer } from "./encoding-layer.ts";
import type { EncodeInput } from "./layer-encoder.ts";
import { render } from "./render.ts";

/** The part of an encoder that is its own. */
export interface Encoding {
  readonly compression: Compression;
  /** Makes the bytes of the layer, and reports to `watch`. */
  write(watch: EncodeWatch): ByteStream;
}

/** Called by an encoder while it works. */
export interface EncodeWatch {
  /** That many more bytes of the tar are done. */
  advance(bytes: number): void;
  /** The last byte was made. */
  finish(layer: Pick<EncodedLayer, "diffId" | "copied">): void;
}

/** The part that all encoders share: hashes what comes out, and reports progress in bytes of the tar. */
export function encodeLayer(input: EncodeInput, context: Context, encoding: Encoding): EncodingLayer {
  const known = { compression: encoding.compression, uncompressedSize: input.plan.size };
  return encodingLayer(known, (finish) => run(input, context, { encoding, finish }));
}

/**
 * The flat tar that a plan describes, for an encoder that reads all of it: hashes it, and reports progress, the diffID
 * and `copied` to `watch`.
 */
export async function* watchedTar(
  input: EncodeInput,
  { signal }: Context,
  { watch, copied }: { readonly watch: EncodeWatch; readonly copied: EncodedLayer["copied"] },
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  yield* tapped(render(input, signal), (chunk) => {
    hash.update(chunk);
    watch.advance(chunk.length);
  });
  watch.finish({ diffId: hashDigest(hash), copied });
}

interface Run {
  readonly encoding: Encoding;
  finish(layer: EncodedLayer): void;
}

async function* run(input: EncodeInput, context: Context, { encoding, finish }: Run): AsyncGenerator<Uint8Array> {
  const { plan, platform } = input;
  const { size: total } = plan;
  const { compression } = encoding;
  const stage = { stage: "encode", label: "flat layer", platform, total } as const;
  const progress = startStage((event) => context.report(event), stage);
  let written: Pick<EncodedLayer, "diffId" | "copied"> | undefined;
  const watch: EncodeWatch = {
    advance: (bytes) => progress.advance(bytes),
    finish(layer) {
      written = layer;
    },
  };
  // The digest of an uncompressed layer is its diffID, so it is hashed only once.
  const blobHash = compression === "none" ? undefined : createHash("sha256");
  let size = 0;
  for await (const chunk of encoding.write(watch)) {
    blobHash?.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  context.signal.throwIfAborted();
  if (written === undefined) throw new Error("the encoder did not say what it wrote");
  progress.finish();
  const digest = blobHash === undefined ? (written.diffId as string as Digest) : hashDigest<Digest>(blobHash);
  finish({ compression, digest, size, ...written, uncompressedSize: total });
}
