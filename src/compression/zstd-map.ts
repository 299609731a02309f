/**
 * Adjacent frames share a row until they have produced this many bytes, so that blobs of tiny frames need no more
 * memory than others. Shorter rows are worth copying only together with what adjoins them.
 */
export const ROW_BYTES = 16 * 1024;

/**
 * Where the frames of a zstd blob are, in columns, one row for each run of whole frames, in order. A row produces the
 * bytes of the tar from its `outStart` up to that of the next row; the last one, up to the end of the tar. Skippable
 * frames and frames that produce no bytes are in no row. A row with an empty range in the blob stands for frames too
 * short to copy that something keeps apart.
 */
export interface ZstdMap {
  readonly length: number;
  /** Byte offset in the blob at which the row's first frame begins. */
  readonly blobStart: Float64Array;
  /** Byte offset in the blob just after the row's last frame. */
  readonly blobEnd: Float64Array;
  /** Byte offset in the tar of the first byte that the row produces. */
  readonly outStart: Float64Array;
}

/** Builds a {@link ZstdMap} while a blob is decompressed. */
export class ZstdMapBuilder {
  readonly #blobStart: number[] = [];
  readonly #blobEnd: number[] = [];
  readonly #outStart: number[] = [];
  #out = 0;

  /** Adds the next frame: its range in the blob, and how many bytes it produced. */
  add(start: number, end: number, made: number): void {
    if (made === 0) return;
    const row = this.#blobEnd.length - 1;
    const isShort = this.#out - (this.#outStart[row] ?? 0) < ROW_BYTES;
    if (isShort && this.#blobEnd[row] === start) {
      this.#blobEnd[row] = end;
    } else {
      if (isShort && row >= 0 && this.#blobEnd[row - 1] !== this.#blobStart[row]) this.#giveUp(row);
      this.#blobStart.push(start);
      this.#blobEnd.push(end);
      this.#outStart.push(this.#out);
    }
    this.#out += made;
  }

  /** Empties the last row, or has the row before it produce its bytes if that is empty too. */
  #giveUp(row: number): void {
    this.#blobEnd[row] = this.#blobStart[row] ?? 0;
    if (row === 0 || this.#blobEnd[row - 1] !== this.#blobStart[row - 1]) return;
    for (const column of [this.#blobStart, this.#blobEnd, this.#outStart]) column.pop();
  }

  finish(): ZstdMap {
    return {
      length: this.#outStart.length,
      blobStart: Float64Array.from(this.#blobStart),
      blobEnd: Float64Array.from(this.#blobEnd),
      outStart: Float64Array.from(this.#outStart),
    };
  }
}
