import type { Dispatcher } from "undici";
import { BodyBlocks } from "./body-blocks.ts";

/** The head of a response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Receives a response from undici. `Dispatcher.request` would wrap its body in a stream, which takes an eighth of the
 * CPU time of a download. Aborting the signal rejects head and body with its reason and ends the request, even before
 * there is a connection.
 */
export class Reception implements Dispatcher.DispatchHandler {
  readonly head: Promise<ResponseHead>;
  readonly body: BodyBlocks;
  readonly #signal: AbortSignal;
  #controller: Dispatcher.DispatchController | undefined;
  #begin: (head: ResponseHead) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.head = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#fail = reject;
    });
    this.body = new BodyBlocks({
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
      giveUp: () => this.#controller?.abort(new Error("nobody wants the rest of the body")),
    });
    signal.addEventListener("abort", this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ResponseHead["headers"]): void {
    if (status >= 200) this.#begin({ status, headers });
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.body.push(piece);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.body.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#fail(error);
    this.body.fail(error);
  }

  readonly #abort = (): void => {
    const { reason } = this.#signal;
    this.#fail(reason);
    this.body.fail(reason);
    this.#controller?.abort(reason);
  };
}
