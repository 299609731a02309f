import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { release } from "../bytes/release.ts";
import { ItemQueue } from "./item-queue.ts";
import { ItemSender } from "./item-sender.ts";
import type { JobMessage, StartMessage } from "./message.ts";
import { packError } from "./pack-error.ts";
import type { Parcel, Work, WorkChannel } from "./work.ts";

/** The entry point of every thread of a pool: waits for pieces of work and does them, one after the other. */
parentPort?.on("message", (start: StartMessage) => perform(start));
// If loading fails, the error is reported when its work is requested.
if (typeof workerData === "string") import(workerData).catch(() => {});

interface WorkModule {
  readonly work: Work<unknown, unknown, unknown, unknown>;
}

async function perform({ module, request, port, aborted }: StartMessage): Promise<void> {
  const channel = new PortChannel(port, aborted);
  // If loading fails, the thread ends with that error.
  const { work } = (await import(module)) as WorkModule;
  const end = await settle(async () => {
    const { value, transfer } = await work(request, channel);
    return { message: { type: "done", value }, transfer };
  });
  try {
    port.postMessage(end.message, end.transfer ?? []);
  } catch (error) {
    // The result cannot be cloned.
    port.postMessage({ type: "failed", error: packError(error) } satisfies JobMessage);
  }
  port.close();
}

interface End {
  readonly message: JobMessage;
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

async function settle(work: () => Promise<End>): Promise<End> {
  try {
    return await work();
  } catch (error) {
    return { message: { type: "failed", error: packError(error) } };
  }
}

class PortChannel implements WorkChannel<unknown, unknown> {
  readonly input = new ItemQueue<unknown>();
  readonly #sender: ItemSender;
  readonly #aborted: Int32Array;

  constructor(port: MessagePort, aborted: Int32Array) {
    this.#sender = new ItemSender(port);
    this.#aborted = aborted;
    this.input.onTaken = (item) => {
      if (item instanceof Uint8Array) release(item);
      port.postMessage({ type: "credit" } satisfies JobMessage);
    };
    port.on("message", (message: JobMessage) => this.#receive(message));
  }

  async send(parcel: Parcel<unknown>): Promise<void> {
    this.throwIfAborted();
    if (!(await this.#sender.send(parcel))) throw unwanted();
  }

  throwIfAborted(): void {
    if (Atomics.load(this.#aborted, 0) !== 0) throw unwanted();
  }

  #receive(message: JobMessage): void {
    if (message.type === "item") this.input.push(message.value);
    else if (message.type === "credit") this.#sender.credit();
    else if (message.type === "end") this.input.end();
    else if (message.type === "abort") {
      this.input.fail(unwanted());
      this.#sender.stop();
    }
  }
}

/** Never shown: the main thread rejects with the reason of the abort. */
function unwanted(): Error {
  return new Error("the work is no longer wanted");
}
