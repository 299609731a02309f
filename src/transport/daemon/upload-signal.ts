import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";

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
    if (this.#isSent) setTimeout(() => this.#controller.abort(unanswered(reason)), ANSWER_MS).unref();
    else this.#controller.abort(reason);
  };
}

function unanswered(cause: unknown): TransportError {
  const remains = "the engine did not answer within 10 seconds, and may still add what it has received";
  return new TransportError("TRANSPORT_FAILED", `the run was aborted; ${remains}`, { cause, details: { remains } });
}

/**
 * A signal for what is to be completed although the run is aborted: it aborts 10 seconds after the run's, so that an
 * engine that does not answer is not waited for without end.
 */
export function patient(run: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const wait = (): void => void setTimeout(() => controller.abort(run.reason), ANSWER_MS).unref();
  if (run.aborted) wait();
  else run.addEventListener("abort", wait, { once: true });
  return controller.signal;
}

const ANSWER_MS = 10_000;
