import { constants, createZstdCompress } from "node:zlib";
import { blocksOf } from "../bytes/blocks.ts";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { release } from "../bytes/release.ts";
import type { CompressOptions } from "./compressor.ts";
import { inOrder } from "./in-order.ts";

/** Bytes of an output buffer of the compressor. */
const CHUNK_BYTES = 512 * 1024;

/**
 * Compresses a stream into zstd frames of a fixed size, side by side on the thread pool, each with its content size and
 * checksum. Engines read any number of frames. Every frame is one call of its own, because a streaming compressor of
 * Node's that is ended while a write waits adds an empty frame. Nothing in, one empty frame out.
 */
export async function* zstd(tar: ByteStream, options: CompressOptions): AsyncGenerator<Uint8Array> {
  let frames = 0;
  const work = async (bytes: Uint8Array): Promise<Buffer> => {
    const frame = await compressFrame(bytes, options.level);
    release(bytes);
    return frame;
  };
  const { concurrency: ahead, signal } = options;
  for await (const frame of inOrder(blocksOf(tar, frameBytes(options.level)), work, { ahead, signal })) {
    frames += 1;
    yield frame;
  }
  if (frames === 0) yield await work(new Uint8Array(0));
}

/**
 * One frame, with its content size and checksum. As node:zlib's `zstdCompress` makes it, which leaves a MiB a frame to
 * the collector.
 */
export function compressFrame(bytes: Uint8Array, level: number): Promise<Buffer> {
  const engine = createZstdCompress({
    chunkSize: CHUNK_BYTES,
    pledgedSrcSize: bytes.length,
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    engine.on("data", (chunk: Buffer) => chunks.push(chunk));
    engine.once("error", reject);
    // Not before: the engine's last buffer is its own until then.
    engine.once("close", () => {
      const frame = Buffer.allocUnsafeSlow(chunks.reduce((sum, { length }) => sum + length, 0));
      chunks.reduce((at, chunk) => at + chunk.copy(frame, at), 0);
      for (const buffer of new Set(chunks.map((chunk) => chunk.buffer as ArrayBuffer))) buffer.transfer(0);
      resolve(frame);
    });
    engine.end(bytes);
  });
}

/**
 * Bytes of the tar in a frame; part of what makes output what it is. From level 7 on windows are larger, and whoever
 * asks for that level wants them used.
 */
export function frameBytes(level: number): number {
  return (level < 7 ? 2 : 8) * 1024 * 1024;
}
