import type { DeflateMap } from "./deflate-map.ts";

/** A layer that ranges are copied from. `Bytes` is whatever the driver can read by ranges. */
export interface SpliceSource<Bytes> {
  /** The uncompressed tar, and its bytes in all. */
  readonly tar: Bytes;
  readonly size: number;
  /** The gzip blob that it came from, where that can be read again. Without it ranges are compressed. */
  readonly deflate?: { readonly map: DeflateMap; readonly blob: Bytes } | undefined;
}

/** What the driver must do before it goes on: fill `into` with the bytes of a range, half-open. */
export interface SpliceRead<Bytes> {
  readonly bytes: Bytes;
  readonly start: number;
  readonly end: number;
  readonly into: Uint8Array;
}

/** Work that asks for bytes as it goes. */
export type SpliceWork<Bytes, Result = void> = Generator<SpliceRead<Bytes>, Result, void>;

/** How the bytes of the flat tar came into the stream, in bytes of the tar. */
export interface SpliceTally {
  /** Their bits were copied, or their stored blocks. */
  spliced: number;
  /** They lie near a joint: their tokens were coded again. */
  transcoded: number;
  /** They were compressed from scratch. */
  recompressed: number;
}
