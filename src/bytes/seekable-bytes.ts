import type { ByteRange, ByteStream } from "./byte-stream.ts";

/** Bytes that can be read from any position, as often as wanted, by several readers at once; whoever opened them closes them. */
export interface SeekableBytes {
  /** Bytes in all. */
  readonly size: number;
  /** Streams a range in chunks of at most 1 MiB; a range beyond `size` throws TransportError TRANSPORT_FAILED. */
  stream(range?: ByteRange): ByteStream;
  /** Reads exactly `range`, at most a few MiB, into a fresh buffer that the caller owns. */
  read(range: ByteRange): Promise<Uint8Array>;
}
