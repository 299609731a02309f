/**
 * A place in a stream that is pushed in chunks: takes pieces of a given length and passes over bytes, whatever the
 * chunks are.
 */
export class ChunkCursor {
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Offset in the stream of the chunk's first byte. */
  #base = 0;
  /** The beginning of a piece that reaches into the next chunk. */
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** Offset in the stream of the next byte; after {@link take} and {@link pass} the end of what they took. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** Whether the chunk is used up. */
  get empty(): boolean {
    return this.#at === this.#chunk.length;
  }

  /** Sets the next chunk; the one before must be used up, and its memory may be gone. */
  load(chunk: Uint8Array): void {
    this.#base += this.#at;
    this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#at = 0;
  }

  /**
   * The next `length` bytes in one piece, or undefined when they have not all come. A piece that lies in one chunk is
   * not copied: use it before the next `load`.
   */
  take(length: number): Buffer | undefined {
    const missing = length - this.#heldBytes;
    const piece = this.pass(missing);
    if (piece.length === missing && this.#heldBytes === 0) return piece;
    // Copied, because the chunk need not stay as it is once the next one comes.
    this.#held.push(Buffer.from(piece));
    this.#heldBytes += piece.length;
    if (piece.length < missing) return undefined;
    return this.takeHeld();
  }

  /** What waits for the rest of its piece, when no rest will come. */
  takeHeld(): Buffer {
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return held;
  }

  /** Passes over at most `length` bytes of the chunk and returns them. */
  pass(length: number): Buffer {
    const start = this.#at;
    this.#at = Math.min(this.#chunk.length, start + length);
    return this.#chunk.subarray(start, this.#at);
  }

  /** Passes over at most `length` bytes of the chunk and returns how many that were. */
  skip(length: number): number {
    const start = this.#at;
    this.#at = Math.min(this.#chunk.length, start + length);
    return this.#at - start;
  }
}
