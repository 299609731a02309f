import type { DeflateMap } from "./deflate-map.ts";

/** A layer from which ranges are copied. `Bytes` is anything that the caller can read by ranges. */
export interface SpliceSource<Bytes> {
  /** The uncompressed tar, and its size in bytes. */
  readonly tar: Bytes;
  readonly size: number;
  /** The gzip blob of the tar, if it can be read again. Without it, ranges are compressed. */
  readonly deflate?: { readonly map: DeflateMap; readonly blob: Bytes } | undefined;
}

/** A request to the caller, who must fill `into` with the bytes of a half-open range before continuing. */
export interface SpliceRead<Bytes> {
  readonly bytes: Bytes;
  readonly start: number;
  readonly end: number;
  readonly into: Uint8Array;
}

/** Work that requests the bytes it needs from its caller. */
export type SpliceWork<Bytes, Result = void> = Generator<SpliceRead<Bytes>, Result, void>;

/** Counts of bytes of the flat tar, by how they were written to the stream. */
export interface SpliceTally {
  /** Their bits were copied, or they were written as stored blocks. */
  spliced: number;
  /** They are near a joint: their tokens were encoded again. */
  transcoded: number;
  /** They were compressed from scratch. */
  recompressed: number;
}
