/**
 * Where the deflate blocks of a gzip blob lie, in columns, one row a stretch, in order. Neighbouring blocks share a
 * stretch until it has made 64 KiB, so that blobs of tiny blocks need no more memory than others; where small blocks do
 * not lie close enough for that, a mixed stretch takes them together. Blocks that make no bytes (sync and full flushes,
 * final empty ones) are in no stretch but a mixed one. A stretch makes the bytes of the tar from its `outStart` up to
 * the next one's, the last one up to the end of the tar.
 */
export interface DeflateMap {
  readonly length: number;
  /**
   * Bit offset in the blob at which the stretch's first block begins, its header included; for a stored one at which
   * its bytes begin.
   */
  readonly bitStart: Float64Array;
  /** Bit offset in the blob just after the stretch. */
  readonly bitEnd: Float64Array;
  /** Byte offset in the tar of the first byte that the stretch makes. */
  readonly outStart: Float64Array;
  /**
   * 0: whole coded blocks, none of them the last one of its member; 1: one coded block that is that; 2: one stored
   * block; 3: mixed, blocks of any kind, of a blob that has more stretches than its size warrants: their bits are worth
   * nothing, their bytes are to be compressed again.
   */
  readonly kind: Uint8Array;
  /**
   * Byte offsets in the tar at which members begin, in order, 0 included, those inside mixed stretches left out:
   * nothing refers back beyond its member.
   */
  readonly memberStart: Float64Array;
}
