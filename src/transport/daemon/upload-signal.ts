import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { TransportError } from "../../errors.ts";
import { leftBehind } from "../left-behind.ts";
import { ANSWER_SECONDS } from "../patient.ts";

/**
 * The abort signal of an upload. Once an engine has the whole body it continues even if the connection breaks. So an
 * abort of the run closes the connection only while the body is being sent; after that, planish waits up to 10 seconds
 * for the response, so that what the engine made can be removed; then it aborts with a TransportError TRANSPORT_FAILED,
 * whose `details.remains` says that the engine may still make something.
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

  /** Passes the body of the request on and notes its end. */
  async *body(stream: ByteStream): ByteStream {
    yield* stream;
    this.#isSent = true;
  }

  /** Closes the connection at once. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#run.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#run;
    if (this.#isSent) setTimeout(() => this.#controller.abort(unanswered(reason)), ANSWER_SECONDS * 1000).unref();
    else this.#controller.abort(reason);
  };
}

function unanswered(cause: unknown): TransportError {
  const remains = `the engine did not answer within ${ANSWER_SECONDS} seconds, and may still add what it has received`;
  return leftBehind(cause, remains);
}
