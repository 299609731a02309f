import type { ByteRange, ByteStream } from "./byte-stream.ts";

/**
 * Bytes that can be read from any position, as often as wanted, by several readers at once; whoever opened them closes
 * them.
 */
export interface SeekableBytes {
  /** Bytes in all. */
  readonly size: number;
  /** Streams a range in chunks of at most 1 MiB; a range beyond `size` throws TransportError TRANSPORT_FAILED. */
  stream(range?: ByteRange): ByteStream;
  /** Reads exactly `range`, at most a few MiB, into a fresh buffer that the caller owns. */
  read(range: ByteRange): Promise<Uint8Array>;
  /** Where the bytes lie in an open file, for threads that read it themselves; absent where they lie in no file. */
  readonly file?: FilePlace | undefined;
}

/**
 * Bytes inside an open file. Threads of one process share its descriptors; whoever opened the file keeps it open as
 * long as they read.
 */
export interface FilePlace {
  readonly fd: number;
  /** Byte offset in the file at which the bytes begin. */
  readonly offset: number;
  /** Of the file, for messages. */
  readonly path: string;
}
