import { ItemQueue } from "./item-queue.ts";
import { PoolThread } from "./pool-thread.ts";
import type { Parcel } from "./work.ts";

/** Threads of one run, started when they are first needed and used again and again. */
export interface WorkerPool extends AsyncDisposable {
  /** Threads that may run at a time. */
  readonly size: number;
  /**
   * Starts threads that will be needed soon for the work of a module, up to `count` in all: starting one takes some 50
   * ms that something else may fill.
   */
  warmUp(count: number, module: URL): void;
  /**
   * Ends the threads that have nothing to do: idle each keeps some 15 MiB. Work that comes later starts new ones. For
   * when none is to be expected for long.
   */
  rest(): Promise<void>;
  /** Does a piece of work in a thread as soon as one is free. */
  run<Request, Result, In = never, Out = never>(work: WorkOrder<Request, In>): RunningWork<Result, Out>;
}

/** A piece of work for a pool. */
export interface WorkOrder<Request, In> {
  /**
   * The module whose export `work`, a {@link Work}, is to be called; it should do nothing when it is loaded, for it is
   * loaded once a thread.
   */
  readonly module: URL;
  /** Plain data. */
  readonly request: Parcel<Request>;
  /** What the work reads; few items are taken ahead. Its error is the error of the work. */
  readonly input?: AsyncIterable<Parcel<In>> | undefined;
  readonly signal: AbortSignal;
}

/** A piece of work that was given to a pool. */
export interface RunningWork<Result, Out> {
  /**
   * What the work sends, to be taken once where it sends anything: it waits when few items wait. Ending the iteration
   * early aborts the work.
   */
  readonly output: AsyncIterable<Out>;
  /**
   * What the work returns, or the error that it threw, of the same class and with the same details. Settles when the
   * thread uses nothing any more that it was given, be it after an abort.
   * @throws TransportError WORKER_LOST when the thread ended before its work; the reason of the signal
   */
  readonly result: Promise<Result>;
}

/**
 * Makes a pool of up to `size` threads; none is started yet. Disposing it ends them, and with them what they are doing.
 */
export function createWorkerPool(size: number): WorkerPool {
  return new Pool(size);
}

class Pool implements WorkerPool {
  readonly size: number;
  readonly #idle: PoolThread[] = [];
  readonly #all = new Set<PoolThread>();
  /** Of each piece of work that waits for its turn, what gives it; in the order in which they came. */
  readonly #waiting = new Set<() => void>();
  #over = false;

  constructor(size: number) {
    this.size = size;
  }

  warmUp(count: number, module: URL): void {
    while (this.#all.size < Math.min(count, this.size)) this.#idle.push(this.#start(module));
  }

  async rest(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const thread of idle) this.#all.delete(thread);
    await Promise.all(idle.map((thread) => thread.end()));
  }

  run<Request, Result, In, Out>(work: WorkOrder<Request, In>): RunningWork<Result, Out> {
    const abandoned = new AbortController();
    const queue = new ItemQueue<Out>();
    const signal = AbortSignal.any([work.signal, abandoned.signal]);
    const result = this.#perform({ ...work, signal }, queue) as Promise<Result>;
    // Whoever waits for it, or for the output, gets the error; until then it must not count as unhandled.
    const over = result.then(
      () => queue.end(),
      (error: unknown) => queue.fail(error),
    );
    return { output: abandonable(queue, abandoned, over), result };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#all].map((thread) => thread.end()));
    this.#all.clear();
    this.#idle.length = 0;
  }

  async #perform(work: WorkOrder<unknown, unknown>, output: ItemQueue<unknown>): Promise<unknown> {
    const thread = await this.#take(work.signal);
    try {
      return await thread.perform({ ...work, input: work.input, output });
    } finally {
      this.#giveBack(thread);
    }
  }

  async #take(signal: AbortSignal): Promise<PoolThread> {
    for (;;) {
      signal.throwIfAborted();
      const idle = this.#idle.pop();
      if (idle?.alive) return idle;
      if (idle !== undefined) this.#all.delete(idle);
      else if (this.#all.size < this.size) return this.#start();
      // A turn that an abort made useless is the next one's.
      else if ((await this.#turn(signal)) && signal.aborted) this.#giveTurn();
    }
  }

  /** Waits until a thread may have become free, or the signal aborts; tells whether it was the former. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    return !this.#waiting.delete(resolve);
  }

  #giveTurn(): void {
    const [resolve] = this.#waiting;
    if (resolve === undefined) return;
    this.#waiting.delete(resolve);
    resolve();
  }

  #giveBack(thread: PoolThread): void {
    if (thread.alive) this.#idle.push(thread);
    else this.#all.delete(thread);
    this.#giveTurn();
  }

  #start(module?: URL): PoolThread {
    // Nobody would end the thread, and the process would wait for it.
    if (this.#over) throw new Error("a thread is wanted after the run");
    const thread = new PoolThread(module);
    this.#all.add(thread);
    return thread;
  }
}

async function* abandonable<Out>(
  queue: ItemQueue<Out>,
  abandoned: AbortController,
  over: Promise<void>,
): AsyncGenerator<Out, void> {
  let whole = false;
  try {
    yield* queue;
    whole = true;
  } finally {
    if (!whole) abandoned.abort(new Error("nobody takes the output any more"));
    await over;
  }
}
