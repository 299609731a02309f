import type { MessagePort } from "node:worker_threads";
import type { JobMessage } from "./message.ts";
import type { Parcel } from "./work.ts";

/**
 * How many items may be in transit or waiting at the other end; with chunks of 1 MiB this bounds the memory of each
 * direction to 4 MiB.
 */
const WINDOW = 4;

/** The sending end of a stream of items between threads, with back-pressure. */
export class ItemSender {
  readonly #port: MessagePort;
  #credits = WINDOW;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Sends an item as soon as there is room; false if {@link stop} was called. One call at a time. */
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

  /** Allows one more item to be sent. */
  credit(): void {
    this.#credits += 1;
    this.#wake();
  }

  /** Makes waiting and later calls of {@link send} return false. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}
