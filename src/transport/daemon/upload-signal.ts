import type { ByteStream } from "../../bytes/byte-stream.ts";

/**
 * The abort signal of a request with a body that an engine goes on with by itself once it has all of it, even if the
 * connection breaks. An abort of the run breaks the connection off while the body is sent. After that the answer is
 * awaited for up to 10 seconds: only then is it known what the engine made, so that it can be removed.
 */
export class UploadSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #run: AbortSignal;
  #isSent = false;

  constructor(run: AbortSignal) {
    this.#run = run;
    if (run.aborted) this.#onAbort();
    else run.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The body of the request: the same chunks, whose end is noted. */
  async *body(stream: ByteStream): ByteStream {
    yield* stream;
    this.#isSent = true;
  }

  /** Breaks the connection off at once. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#run.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    const breakOff = (): void => this.#controller.abort(this.#run.reason);
    if (this.#isSent) setTimeout(breakOff, ANSWER_MS).unref();
    else breakOff();
  };
}

const ANSWER_MS = 10_000;
