import { release } from "../../bytes/release.ts";

/** In bytes. */
const BLOCK_BYTES = 512 * 1024;
/** Blocks that may wait for their taker; then the connection is not read. */
const MAX_WAITING = 2;

/** Whoever brings the bytes of a body. */
export interface BodyBringer {
  pause(): void;
  resume(): void;
  /** Nobody wants the rest. */
  giveUp(): void;
}

/**
 * The bytes of a body in blocks that belong to whoever takes them, memory and all; as large as what has come allows.
 * undici hands over 64 KiB at a time, in buffers that the collector leaves lying about by the hundred MiB: they are
 * copied here and given back at once. To be iterated once; ending that early gives the body up.
 */
export class BodyBlocks implements AsyncIterable<Uint8Array> {
  readonly #bringer: BodyBringer;
  readonly #waiting: Uint8Array[] = [];
  #block: Buffer | undefined;
  #filled = 0;
  /**
   * The last piece that was copied. It is given back when the next one comes: whoever handed it over may not be through
   * with it before.
   */
  #copied: Uint8Array | undefined;
  #over: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(bringer: BodyBringer) {
    this.#bringer = bringer;
  }

  /** Takes the next piece. */
  push(piece: Uint8Array): void {
    // After a pause undici may hand over an empty buffer, which it goes on using.
    if (piece.length === 0) return;
    for (let taken = 0; taken < piece.length; ) {
      this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
      const part = piece.subarray(taken, taken + BLOCK_BYTES - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled < BLOCK_BYTES) continue;
      this.#waiting.push(this.#block);
      this.#block = undefined;
      this.#filled = 0;
    }
    if (this.#copied !== undefined) release(this.#copied);
    this.#copied = piece;
    if (this.#waiting.length >= MAX_WAITING) this.#bringer.pause();
    this.#tell();
  }

  /** There were no more bytes. */
  end(): void {
    this.#over ??= {};
    this.#tell();
  }

  /** There will be no more bytes; who takes them gets the error after those that came. */
  fail(error: unknown): void {
    this.#over ??= { error };
    this.#tell();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (let block = await this.#next(); block !== undefined; block = await this.#next()) yield block;
    } finally {
      if (this.#over === undefined) this.#bringer.giveUp();
    }
  }

  /** The next block, undefined after the last one. */
  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const block = this.#waiting.shift() ?? this.#begun();
      if (block !== undefined) {
        this.#bringer.resume();
        return block;
      }
      if (this.#over !== undefined) {
        if ("error" in this.#over) throw this.#over.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** What there is of a block that is not full yet, in memory of its own size. */
  #begun(): Uint8Array | undefined {
    if (this.#block === undefined || this.#filled === 0) return undefined;
    const begun = Buffer.from((this.#block.buffer as ArrayBuffer).transfer(this.#filled));
    this.#block = undefined;
    this.#filled = 0;
    return begun;
  }

  /** Not before all that lies in the socket has been read: the block is the larger for it. */
  #tell(): void {
    if (this.#wake === undefined) return;
    setImmediate(this.#wake);
    this.#wake = undefined;
  }
}
