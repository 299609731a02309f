/**
 * Where the deflate blocks of a gzip blob are, in columns, one row per stretch, in order. Adjacent blocks share a
 * stretch until it has produced 64 KiB, so that blobs of tiny blocks need no more memory than others; very many small
 * blocks that cannot share one, because they are not adjacent or not of the same kind, are joined into mixed stretches.
 * Blocks that produce no bytes (sync and full flushes, empty final blocks) are in no stretch, except inside mixed ones.
 * A stretch produces the bytes of the tar from its `outStart` up to that of the next one; the last one, up to the end
 * of the tar.
 */
export interface DeflateMap {
  readonly length: number;
  /**
   * Bit offset in the blob at which the header of the stretch's first block begins; for a stored block, at which its
   * bytes begin.
   */
  readonly bitStart: Float64Array;
  /** Bit offset in the blob just after the stretch. */
  readonly bitEnd: Float64Array;
  /** Byte offset in the tar of the first byte that the stretch produces. */
  readonly outStart: Float64Array;
  /**
   * 0: whole coded blocks, none of them the last one of its member; 1: one coded block that is the last one; 2: one
   * stored block; 3: mixed, blocks of any kind, in a blob with too many stretches for its size: their bits are not
   * copied, their bytes are compressed again.
   */
  readonly kind: Uint8Array;
  /**
   * Byte offsets in the tar at which members begin, in order, including 0, but without those inside mixed stretches. No
   * symbol refers to bytes before its member.
   */
  readonly memberStart: Float64Array;
}
