import type { ByteRange, ByteStream } from "./byte-stream.ts";

/**
 * Bytes that can be read from any position, repeatedly, by several readers at once. Closing them is up to the code that
 * opened them.
 */
export interface SeekableBytes {
  /** Total number of bytes. */
  readonly size: number;
  /** Streams a range in chunks of at most 1 MiB; a range beyond `size` throws TransportError TRANSPORT_FAILED. */
  stream(range?: ByteRange): ByteStream;
  /** Reads exactly `range`, at most a few MiB, into a new buffer that the caller owns. */
  read(range: ByteRange): Promise<Uint8Array>;
  /** Where the bytes are in an open file, for threads that read it themselves; absent if they are in no file. */
  readonly file?: FilePlace | undefined;
}

/**
 * Bytes inside an open file. All threads of a process can use its file descriptors; the code that opened the file keeps
 * it open until they have finished reading.
 */
export interface FilePlace {
  readonly fd: number;
  /** Byte offset in the file at which the bytes begin. */
  readonly offset: number;
  /** Path of the file, for messages. */
  readonly path: string;
}
