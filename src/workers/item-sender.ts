import type { MessagePort } from "node:worker_threads";
import type { JobMessage } from "./message.ts";
import type { Parcel } from "./work.ts";

/**
 * Items that may be on their way or waiting at the other end; with chunks of 1 MiB that is what a direction holds in
 * memory.
 */
const WINDOW = 4;

/** The sending end of a stream of items between threads: sends as long as the other end has room. */
export class ItemSender {
  readonly #port: MessagePort;
  #credits = WINDOW;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Sends an item as soon as there is room; false when nobody takes items any more. One call at a time. */
  async send({ value, transfer = [] }: Parcel<unknown>): Promise<boolean> {
    while (this.#credits === 0 && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#stopped) return false;
    this.#credits -= 1;
    const message: JobMessage = { type: "item", value };
    this.#port.postMessage(message, transfer);
    return true;
  }

  /** The other end has room for one more. */
  credit(): void {
    this.#credits += 1;
    this.#wake();
  }

  /** Nobody takes items any more. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}
