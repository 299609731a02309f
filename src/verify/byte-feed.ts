/** A computation that pauses at each `yield` until more bytes, or the end, have been supplied. */
export type Reading<T> = Generator<void, T, void>;

/**
 * The bytes of a stream for a {@link Reading}, which takes them in pieces of any length. So a format can be read field
 * by field, although its bytes come in chunks.
 */
export class ByteFeed {
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  /** Bytes taken so far. */
  offset = 0;

  /** Sets the next chunk, once the one before was taken completely; undefined means the end. */
  supply(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) this.#ended = true;
    else this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#at = 0;
  }

  /** What {@link take} returns, if the chunk has all of it: nearly always, and at a tenth of the cost. */
  ready(length: number): Buffer | undefined {
    const end = this.#at + length;
    if (end > this.#chunk.length || this.#ended) return undefined;
    const piece = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    this.offset += length;
    return piece;
  }

  /** The next `length` bytes in one piece, fewer at the end. The piece may be a view of the chunk. */
  *take(length: number): Reading<Buffer> {
    const first = yield* this.some(length);
    if (first.length === length) return first;
    const pieces = [Buffer.from(first)];
    let missing = length - first.length;
    while (missing > 0) {
      const piece = yield* this.some(missing);
      if (piece.length === 0) break;
      pieces.push(Buffer.from(piece));
      missing -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  /** The next available bytes, at least one and at most `length`; none at the end, or if `length` is 0. */
  *some(length: number): Reading<Buffer> {
    while (this.#at === this.#chunk.length && !this.#ended && length > 0) yield;
    const piece = this.#ended ? NOTHING : this.#chunk.subarray(this.#at, this.#at + length);
    this.#at += piece.length;
    this.offset += piece.length;
    return piece;
  }

  /** Skips `length` bytes and returns how many there were. */
  *skip(length: number): Reading<number> {
    let left = length;
    while (left > 0) {
      const { length: passed } = yield* this.some(left);
      if (passed === 0) break;
      left -= passed;
    }
    return length - left;
  }
}

const NOTHING = Buffer.alloc(0);
