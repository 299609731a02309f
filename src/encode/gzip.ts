import { promisify } from "node:util";
import { constants, crc32, deflateRaw, type InputType, type ZlibOptions } from "node:zlib";
import { blocksOf } from "../bytes/blocks.ts";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { inOrder } from "../bytes/in-order.ts";
import { release } from "../bytes/release.ts";
import { tapped } from "../bytes/tapped.ts";
import type { CompressOptions } from "./compressor.ts";
import { gzipHeader, gzipTrailer } from "./gzip-frame.ts";

/** Bytes of the tar that are deflated at once; the output depends on it. */
const BLOCK_BYTES = 512 * 1024;

/** Room for a block that does not shrink, with some hundred bytes of headers: otherwise Node would join two buffers. */
const ROOM_BYTES = BLOCK_BYTES + 1024;

/** How far back deflate can refer. RFC 1951 §2 */
const WINDOW_BYTES = 32 * 1024;

/** An empty final block with fixed codes. RFC 1951 §3.2.6 */
const FINAL_BLOCK = Uint8Array.of(3, 0);

const deflate: (bytes: InputType, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw);

interface Block {
  readonly bytes: Uint8Array;
  /** What precedes it in the stream; empty for the first block. */
  readonly dictionary: Uint8Array;
}

/**
 * Compresses a stream into one gzip member, deflating blocks of a fixed size in parallel on the thread pool, each with
 * the window of the one before as its dictionary: the method of pigz. The output does not depend on how many run at a
 * time.
 */
export async function* gzip(tar: ByteStream, options: CompressOptions): AsyncGenerator<Uint8Array> {
  const content = { crc: 0, length: 0 };
  const blocks = tapped(blocksOf(tar, BLOCK_BYTES), (block) => {
    content.crc = crc32(block, content.crc);
    content.length += block.length;
  });
  yield gzipHeader();
  yield* inOrder(withDictionaries(blocks), (block) => deflateBlock(block, options.level), {
    ahead: options.concurrency,
    signal: options.signal,
  });
  yield FINAL_BLOCK.slice();
  yield gzipTrailer(content.crc, content.length);
}

async function* withDictionaries(blocks: ByteStream): AsyncGenerator<Block> {
  let dictionary = new Uint8Array(0);
  for await (const bytes of blocks) {
    // Copied before the block is yielded, since its memory is released once it is deflated.
    const nextDictionary = Uint8Array.from(bytes.subarray(-WINDOW_BYTES));
    yield { bytes, dictionary };
    dictionary = nextDictionary;
  }
}

/** A sync flush ends the block on a byte boundary, so that the next can follow. */
async function deflateBlock(block: Block, level: number): Promise<Uint8Array> {
  const deflated = await deflate(block.bytes, {
    level,
    chunkSize: ROOM_BYTES,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(block.dictionary.length > 0 && { dictionary: block.dictionary }),
  });
  release(block.bytes);
  return trimmed(deflated);
}

/**
 * zlib returns a view of its whole output buffer. Keeping that alive until the block is written would take up to three
 * times the memory.
 */
function trimmed(deflated: Buffer): Uint8Array {
  const exact = Uint8Array.from(deflated);
  // Small buffers may be part of Node's pool, which must not be detached.
  if (deflated.buffer.byteLength >= BLOCK_BYTES && deflated.buffer instanceof ArrayBuffer) deflated.buffer.transfer(0);
  return exact;
}
