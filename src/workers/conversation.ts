import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { ItemQueue } from "./item-queue.ts";
import { ItemSender } from "./item-sender.ts";
import type { JobMessage, StartMessage } from "./message.ts";
import { unpackError } from "./pack-error.ts";
import type { Parcel } from "./work.ts";

/** What a thread is asked to do. */
export interface Assignment {
  /** Exports `work`. */
  readonly module: URL;
  readonly request: Parcel<unknown>;
  readonly input: AsyncIterable<Parcel<unknown>> | undefined;
  readonly output: ItemQueue<unknown>;
  readonly signal: AbortSignal;
}

/** The asking end of one piece of work that a thread does. */
export class Conversation {
  /** Settles when the thread has done with the work, or is gone: from then on it uses nothing that it was given. */
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
    port1.on("message", (message: JobMessage) => this.#receive(message));
    post({ module: module.href, request: request.value, port: port2, aborted: this.#aborted }, [
      port2,
      ...(request.transfer ?? []),
    ]);
    void this.#pump();
  }

  /** Tells the thread that nobody wants the work any more; `result` then rejects once the thread has stopped. */
  abort(): void {
    Atomics.store(this.#aborted, 0, 1);
    this.#port.postMessage({ type: "abort" } satisfies JobMessage);
  }

  /** The thread is gone. */
  lost(error: unknown): void {
    this.#settle({ error });
  }

  #receive(message: JobMessage): void {
    if (message.type === "item") this.#assignment.output.push(message.value);
    else if (message.type === "credit") this.#sender.credit();
    else if (message.type === "done") this.#settle(this.#inputError ?? { value: message.value });
    else if (message.type === "failed") this.#settle(this.#inputError ?? { error: unpackError(message.error) });
  }

  /** An error of the input is the error of the work, whatever the thread makes of it. */
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
