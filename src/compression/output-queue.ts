import type { Engine } from "./engine.ts";

/** From this many waiting bytes on the engine is paused. */
const HIGH_WATER = 1024 * 1024;

/**
 * The output of an engine, pulled chunk by chunk. Node's own iteration over a readable stream copies waiting chunks
 * into one; here each is passed on as it is.
 */
export class OutputQueue {
  readonly #engine: Engine;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};
  closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.on("data", (chunk: Uint8Array) => this.#push(chunk));
  }

  /** The next chunk, or undefined at the end. Throws the error given to {@link fail}, after the chunks before it. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) return this.#take(chunk);
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Marks the end of the output. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  /** Discards waiting chunks and all later ones. */
  close(): void {
    this.closed = true;
    this.#chunks.length = 0;
  }

  #push(chunk: Uint8Array): void {
    if (this.closed || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= HIGH_WATER) this.#engine.pause();
    this.#wake();
  }

  #take(chunk: Uint8Array): Uint8Array {
    this.#bytes -= chunk.length;
    if (this.#bytes < HIGH_WATER && this.#engine.isPaused()) this.#engine.resume();
    return chunk;
  }
}
