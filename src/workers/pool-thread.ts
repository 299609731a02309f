import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { TransportError } from "../errors.ts";
import { type Assignment, Conversation } from "./conversation.ts";

/** The same extension as this module's: `.ts` where Node strips types, `.js` when built. */
const ENTRY = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);

/** How long aborted work may take to stop; after that its thread is terminated. */
const GRACE_MS = 2000;

/** Contents are in buffers outside the young generation, whose default size would cost tens of MiB per thread. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 };

/** A thread of a pool. */
export class PoolThread {
  /** False once the thread has ended, for any reason. */
  alive = true;
  readonly #worker: Worker;
  #conversation: Conversation | undefined;
  #fault: unknown;

  /** Loads `module`, if given, right after the start. */
  constructor(module?: URL) {
    this.#worker = startWorker(module);
    this.#worker.on("error", (error) => {
      this.#fault = error;
    });
    this.#worker.once("exit", (status) => {
      this.alive = false;
      this.#conversation?.lost(lost(this.#fault, status));
    });
  }

  /**
   * Does one piece of work; settles when the thread has finished or has ended. Rejects with the signal's reason if that
   * has aborted.
   */
  async perform(assignment: Assignment): Promise<unknown> {
    const { signal } = assignment;
    signal.throwIfAborted();
    if (!this.alive) throw lost(this.#fault, 0);
    const conversation = new Conversation(assignment, (message, transfer) =>
      this.#worker.postMessage(message, transfer),
    );
    this.#conversation = conversation;
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      conversation.abort();
      grace = setTimeout(() => void this.end(), GRACE_MS);
    };
    signal.addEventListener("abort", abort);
    try {
      return await conversation.result;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
      clearTimeout(grace);
      this.#conversation = undefined;
    }
  }

  /** Terminates the thread at once, even in the middle of work. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** @throws TransportError WORKER_LOST if the system allows no further thread */
function startWorker(module: URL | undefined): Worker {
  const options = { execArgv: [], name: "planish", resourceLimits: RESOURCE_LIMITS };
  try {
    return new Worker(ENTRY, { ...options, workerData: module?.href });
  } catch (error) {
    throw lost(error, 0);
  }
}

/** Too many threads, which `new Worker` throws, or too many open files, which is an event. */
const NOT_STARTED = "ERR_WORKER_INIT_FAILED";

const ALL_FILES = "planish needs its own files beside it: tell your bundler that the package is external";
const HINTS: ReadonlyMap<unknown, string> = new Map([
  ["ERR_WORKER_OUT_OF_MEMORY", "give the process more memory: NODE_OPTIONS=--max-old-space-size=MIB"],
  [NOT_STARTED, "allow more processes and open files (ulimit -u, ulimit -n), or use fewer threads with --concurrency"],
  ["MODULE_NOT_FOUND", ALL_FILES],
  ["ERR_MODULE_NOT_FOUND", ALL_FILES], // with --import or --loader, in NODE_OPTIONS too
]);

function lost(fault: unknown, status: number): TransportError {
  const code = fault instanceof Error && "code" in fault ? fault.code : undefined;
  const message = fault instanceof Error ? fault.message : `it ended with status ${status}`;
  const reason = code === "ERR_WORKER_OUT_OF_MEMORY" ? "out of memory" : message;
  const hint = HINTS.get(code);
  const what = code === NOT_STARTED ? "a thread could not be started" : "a thread was lost before its work was done";
  return new TransportError("WORKER_LOST", `${what}: ${reason}`, {
    cause: fault,
    details: hint === undefined ? {} : { hint },
  });
}
