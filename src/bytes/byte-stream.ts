/**
 * Ordered chunks, pulled by the consumer: the only stream type between modules. A chunk is never changed after it is
 * yielded, and is never empty. Ending the iteration early (`return`) releases what the stream holds.
 */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Half-open [start, end), in bytes of whatever the field's documentation names. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
