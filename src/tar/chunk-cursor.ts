/**
 * A position in a stream that is pushed in chunks: takes pieces of a given length and passes bytes, however the stream
 * is cut into chunks.
 */
export class ChunkCursor {
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Offset in the stream of the chunk's first byte. */
  #base = 0;
  /** The beginning of a piece that continues in the next chunk. */
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** Offset in the stream of the next byte: after {@link take} and {@link pass}, the end of what they returned. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** Whether the chunk is consumed. */
  get empty(): boolean {
    return this.#at === this.#chunk.length;
  }

  /** Sets the next chunk; the previous one must be consumed, and its memory may be reused. */
  load(chunk: Uint8Array): void {
    this.#base += this.#at;
    this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#at = 0;
  }

  /**
   * The next `length` bytes as one piece, or undefined if some of them have not arrived. A piece within one chunk is
   * not copied: use it before the next `load`.
   */
  take(length: number): Buffer | undefined {
    const missing = length - this.#heldBytes;
    const piece = this.pass(missing);
    if (piece.length === missing && this.#heldBytes === 0) return piece;
    // Copied, because the chunk's memory may be reused for the next one.
    this.#held.push(Buffer.from(piece));
    this.#heldBytes += piece.length;
    if (piece.length < missing) return undefined;
    return this.takeHeld();
  }

  /** The incomplete piece held so far; call it at the end of the stream. */
  takeHeld(): Buffer {
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return held;
  }

  /** Advances by at most `length` bytes of the chunk and returns these bytes. */
  pass(length: number): Buffer {
    const start = this.#at;
    this.#at = Math.min(this.#chunk.length, start + length);
    return this.#chunk.subarray(start, this.#at);
  }
}
