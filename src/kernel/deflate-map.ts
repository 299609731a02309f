/**
 * Where the deflate blocks of a gzip blob lie, in columns, one row a stretch, in order. Neighbouring blocks share a stretch until it has made 64 KiB, so that blobs of tiny blocks need
 * no more memory than others; where small blocks do not lie close enough for that, a mixed stretch takes them together. Blocks that make no bytes (sync and full flushes, final empty ones) are in no stretch. A stretch makes the bytes of the tar from its `outStart` up to the
 * next one's, the last one up to the end of the tar.
 */
export interface DeflateMap {
  readonly length: number;
  /** Bit offset in the blob at which the stretch's first block begins, its header included; for a stored one at which its bytes begin. */
  readonly bitStart: Float64Array;
  /** Bit offset in the blob just after the stretch. */
  readonly bitEnd: Float64Array;
  /** Byte offset in the tar of the first byte that the stretch makes. */
  readonly outStart: Float64Array;
  /** 0: whole coded blocks; 1: one coded block that is the last one of its member; 2: one stored block; 3: blocks of any kind, and empty ones between them, of a blob with more stretches than its size
   * warrants. Their bits are worth nothing: their bytes are to be compressed again from the tar. */
  readonly kind: Uint8Array;
  /** Byte offsets in the tar at which the members begin, the first one's 0 included: nothing refers back beyond its member. */
  readonly memberStart: Float64Array;
}
