import { constants, createZstdCompress } from "node:zlib";
import { blocksOf } from "../bytes/blocks.ts";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { inOrder } from "../bytes/in-order.ts";
import { release } from "../bytes/release.ts";
import type { CompressOptions } from "./compressor.ts";

/** Bytes of an output buffer of the compressor. */
const CHUNK_BYTES = 512 * 1024;

/**
 * Compresses a stream into zstd frames of a fixed size, in parallel on the thread pool, each with its content size and
 * checksum. Engines read any number of frames. Each frame has a compressor of its own, because Node's adds an empty
 * frame if it is ended while a write is pending. An empty stream gives one empty frame.
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
 * One frame, with its content size and checksum. The same as from node:zlib's `zstdCompress`, which leaves a MiB per
 * frame to the garbage collector.
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
    // Not on "end": the engine uses its last buffer until it is closed.
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
 * Bytes of the tar in a frame; the output depends on it. From level 7 on windows are larger, so frames must be, too, to
 * use them.
 */
export function frameBytes(level: number): number {
  return (level < 7 ? 2 : 8) * 1024 * 1024;
}
