import { release } from "../../bytes/release.ts";

/** In bytes. */
const BLOCK_BYTES = 512 * 1024;
/** The connection is paused while this many blocks wait for the consumer. */
const MAX_WAITING = 2;

/** The producer of a body's bytes. */
export interface BodyBringer {
  pause(): void;
  resume(): void;
  /** The rest of the body is not wanted. */
  giveUp(): void;
}

/**
 * The bytes of a body in blocks whose memory the consumer owns, as large as the data that has arrived. undici delivers
 * 64 KiB at a time, in buffers that pile up to hundreds of MiB before they are collected as garbage: they are copied
 * here and released at once. Can be iterated once; ending that early gives the body up.
 */
export class BodyBlocks implements AsyncIterable<Uint8Array> {
  readonly #bringer: BodyBringer;
  readonly #waiting: Uint8Array[] = [];
  #block: Buffer | undefined;
  #filled = 0;
  /** The last piece that was copied. It is released when the next one arrives: until then undici may still use it. */
  #copied: Uint8Array | undefined;
  #over: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(bringer: BodyBringer) {
    this.#bringer = bringer;
  }

  /** Takes the next piece. */
  push(piece: Uint8Array): void {
    // After a pause undici may deliver an empty buffer that it continues to use.
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

  /** The body is complete. */
  end(): void {
    this.#over ??= {};
    this.#tell();
  }

  /** The body broke off: the consumer gets the bytes that arrived, then the error. */
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

  /** The filled part of a block that is not full yet, in memory of that size. */
  #begun(): Uint8Array | undefined {
    if (this.#block === undefined || this.#filled === 0) return undefined;
    const begun = Buffer.from((this.#block.buffer as ArrayBuffer).transfer(this.#filled));
    this.#block = undefined;
    this.#filled = 0;
    return begun;
  }

  /** Wakes the consumer only after everything in the socket has been read, so that blocks are larger. */
  #tell(): void {
    if (this.#wake === undefined) return;
    setImmediate(this.#wake);
    this.#wake = undefined;
  }
}
