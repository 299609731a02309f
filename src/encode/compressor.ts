import type { ByteStream } from "../bytes/byte-stream.ts";

/** How to compress. */
export interface CompressOptions {
  readonly level: number;
  /** Blocks that may be compressed at a time besides the one that is awaited; never changes the output. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Compresses a whole stream into one blob. It no longer uses a chunk when it asks for the next one, so the memory of
 * the chunk may be released then.
 */
export type Compressor = (tar: ByteStream, options: CompressOptions) => AsyncGenerator<Uint8Array>;
