import type { ByteStream } from "../bytes/byte-stream.ts";

/** What a compressor needs besides the bytes. */
export interface CompressOptions {
  readonly level: number;
  /** Blocks that may be under way besides the one that is waited for; never changes the output. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Compresses a whole stream into one blob. It has done with a chunk when it asks for the next, whose memory may then be
 * gone.
 */
export type Compressor = (tar: ByteStream, options: CompressOptions) => AsyncGenerator<Uint8Array>;
