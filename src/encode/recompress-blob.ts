import { createHash } from "node:crypto";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { checkRatio } from "../bytes/check-ratio.ts";
import { tapped } from "../bytes/tapped.ts";
import { decompress } from "../compression/decompress.ts";
import type { Context } from "../context.ts";
import { type DiffId, hashDigest } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import { createDiffIdCheck } from "../scan/diff-id-check.ts";
import type { ScanBudget } from "../scan/scan-budget.ts";
import type { EncodedLayer, EncodingLayer } from "../transport/contracts.ts";
import { copied } from "./copied.ts";
import { createCompressor } from "./encoders.ts";
import { encodingLayer } from "./encoding-layer.ts";

/** A layer whose compression changes and whose tar stays the same. */
export interface BlobToRecompress {
  /** 0 = bottom. */
  readonly layer: number;
  readonly diffId: DiffId;
  /** Opens the blob, each time from the start, and verifies it. */
  open(): ByteStream;
  /** The budget of all layers of the image. */
  readonly budget: ScanBudget;
}

/**
 * The layer with another compression; the diffID proves that its tar is the same. Starts nothing yet: the blob is read
 * as `stream` is pulled, and not kept. The stream throws ImageInvalidError DIGEST_MISMATCH, GZIP_INVALID, ZSTD_INVALID,
 * IMAGE_UNSUPPORTED; LimitError LIMIT_EXCEEDED (totalBytes, compressionRatio)
 */
export function recompressBlob(
  input: BlobToRecompress,
  compression: Compression,
  context: RecompressContext,
): EncodingLayer {
  return encodingLayer({ compression }, (finish) => run(input, { compression, finish }, context));
}

type RecompressContext = Pick<Context, "signal" | "limits" | "concurrency">;

interface Wanted {
  readonly compression: Compression;
  readonly finish: (layer: EncodedLayer) => void;
}

async function* run(input: BlobToRecompress, wanted: Wanted, context: RecompressContext): AsyncGenerator<Uint8Array> {
  const seen = { tar: 0, blob: 0 };
  const hash = createHash("sha256");
  const tar = inflated(input, seen, context);
  for await (const chunk of createCompressor(wanted.compression, context)?.(tar) ?? tar) {
    hash.update(chunk);
    seen.blob += chunk.length;
    yield chunk;
  }
  const { diffId } = input;
  const { compression } = wanted;
  const none = compression === "none";
  wanted.finish({
    compression,
    digest: hashDigest(hash),
    size: seen.blob,
    diffId,
    uncompressedSize: seen.tar,
    copied: copied(none ? { stored: seen.tar } : { recompressed: seen.tar }),
  });
}

async function* inflated(input: BlobToRecompress, seen: { tar: number }, context: RecompressContext): ByteStream {
  const { layer, budget } = input;
  const { compressionRatio: allowed } = context.limits;
  const digest = createDiffIdCheck(input);
  let read = 0;
  const counted = tapped(input.open(), ({ length }) => {
    read += length;
  });
  const { stream } = await decompress(counted, () => {});
  for await (const chunk of stream) {
    context.signal.throwIfAborted();
    seen.tar += chunk.length;
    budget.spendBytes(chunk.length, layer);
    checkRatio({ plain: seen.tar, compressed: read }, allowed, { layer });
    digest.update(chunk);
    yield chunk;
  }
  digest.check();
}
