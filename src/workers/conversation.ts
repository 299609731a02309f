import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { ItemQueue } from "./item-queue.ts";
import { ItemSender } from "./item-sender.ts";
import type { JobMessage, StartMessage } from "./message.ts";
import { unpackError } from "./pack-error.ts";
import type { Parcel } from "./work.ts";

/** A piece of work for a thread. */
export interface Assignment {
  /** The module that exports `work`. */
  readonly module: URL;
  readonly request: Parcel<unknown>;
  readonly input: AsyncIterable<Parcel<unknown>> | undefined;
  readonly output: ItemQueue<unknown>;
  readonly signal: AbortSignal;
}

/** The main thread's end of the messages about one piece of work. */
export class Conversation {
  /** Settles when the thread has finished the work or has ended: then it no longer uses anything it was given. */
  readonly result: Promise<unknown>;
  readonly #assignment: Assignment;
  readonly #port: MessagePort;
  readonly #sender: ItemSender;
  readonly #aborted = new Int32Array(new SharedArrayBuffer(4));
  #inputError: { readonly error: unknown } | undefined;
  #settle: (end: { readonly value: unknown } | { readonly error: unknown }) => void = () => {};

  constructor(assignment: Assignment, post: (message: StartMessage, transfer: (ArrayBuffer | MessagePort)[]) => void) {
    const { module, request, output } = assignment;
    const { port1, port2 } = new MessageChannel();
    this.#assignment = assignment;
    this.#port = port1;
    this.#sender = new ItemSender(port1);
    this.result = new Promise((resolve, reject) => {
      this.#settle = (end) => {
        port1.close();
        this.#sender.stop();
        if ("error" in end) reject(end.error);
        else resolve(end.value);
      };
    });
    output.onTaken = () => port1.postMessage({ type: "credit" } satisfies JobMessage);
    post({ module: module.href, request: request.value, port: port2, aborted: this.#aborted }, [
      port2,
      ...(request.transfer ?? []),
    ]);
    // Not before: if the request cannot be cloned, a listener would keep the process alive.
    port1.on("message", (message: JobMessage) => this.#receive(message));
    void this.#pump();
  }

  /** Asks the thread to stop the work; `result` rejects once it has stopped. */
  abort(): void {
    Atomics.store(this.#aborted, 0, 1);
    this.#port.postMessage({ type: "abort" } satisfies JobMessage);
  }

  /** Call it when the thread has ended. */
  lost(error: unknown): void {
    this.#settle({ error });
  }

  #receive(message: JobMessage): void {
    if (message.type === "item") this.#assignment.output.push(message.value);
    else if (message.type === "credit") this.#sender.credit();
    else if (message.type === "done") this.#settle(this.#inputError ?? { value: message.value });
    else if (message.type === "failed") this.#settle(this.#inputError ?? { error: unpackError(message.error) });
  }

  /** Sends the input. If the input fails, the work fails with that error, whatever the thread replies. */
  async #pump(): Promise<void> {
    try {
      for await (const parcel of this.#assignment.input ?? []) {
        if (!(await this.#sender.send(parcel))) return;
      }
      this.#port.postMessage({ type: "end" } satisfies JobMessage);
    } catch (error) {
      this.#inputError = { error };
      this.abort();
    }
  }
}
