import { ItemQueue } from "./item-queue.ts";
import { PoolThread } from "./pool-thread.ts";
import type { Parcel } from "./work.ts";

/** The threads of one run, started when first needed and then reused. */
export interface WorkerPool extends AsyncDisposable {
  /** How many threads may run at a time. */
  readonly size: number;
  /**
   * Starts threads in advance for the work of a module, up to `count` in all, since starting one takes about 50 ms.
   */
  warmUp(count: number, module: URL): void;
  /**
   * Ends the idle threads, each of which keeps about 15 MiB; later work starts new ones. Call it when no work is
   * expected for a long time.
   */
  rest(): Promise<void>;
  /** Does a piece of work as soon as a thread is free; what was given first begins first. */
  run<Request, Result, In = never, Out = never>(work: WorkOrder<Request, In>): RunningWork<Result, Out>;
}

/** A piece of work for a pool. */
export interface WorkOrder<Request, In> {
  /**
   * The module whose export `work`, a {@link Work}, is called. It is loaded once per thread, so loading it should have
   * no side effects.
   */
  readonly module: URL;
  /** Plain data. */
  readonly request: Parcel<Request>;
  /** Items for the work; only a few are read ahead. If it throws, the work fails with that error. */
  readonly input?: AsyncIterable<Parcel<In>> | undefined;
  readonly signal: AbortSignal;
}

/** A piece of work that was given to a pool. */
export interface RunningWork<Result, Out> {
  /**
   * The items that the work sends; can be iterated once, and must be if it sends any: with a few items waiting, the
   * work waits. Ending the iteration early aborts the work.
   */
  readonly output: AsyncIterable<Out>;
  /**
   * What the work returns; rejects with the error that it threw, of the same class and with the same details. Settles,
   * also after an abort, only when the thread no longer uses anything that it was given.
   * @throws TransportError WORKER_LOST if the thread ended before its work; the reason of the signal
   */
  readonly result: Promise<Result>;
}

/**
 * Creates a pool of up to `size` threads; none is started yet. Disposing it terminates them, also in the middle of
 * work.
 */
export function createWorkerPool(size: number): WorkerPool {
  return new Pool(size);
}

class Pool implements WorkerPool {
  readonly size: number;
  readonly #idle: PoolThread[] = [];
  readonly #all = new Set<PoolThread>();
  /** One function for each piece of work that waits for its turn, in order of arrival; calling it ends the wait. */
  readonly #waiting = new Set<() => void>();
  /** How many pieces of work may begin without waiting. */
  #turns: number;
  #over = false;

  constructor(size: number) {
    this.size = size;
    this.#turns = size;
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
    // Handles a rejection that nobody awaits yet; whoever awaits the result or the output still gets the error.
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
    await this.#takeTurn(work.signal);
    try {
      const thread = this.#idleThread() ?? this.#start();
      try {
        return await thread.perform({ ...work, input: work.input, output });
      } finally {
        this.#giveBack(thread);
      }
    } finally {
      this.#passTurn();
    }
  }

  async #takeTurn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#turns > 0) {
      this.#turns -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const giveUp = () => this.#waiting.delete(resolve) && reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    await promise;
  }

  /** Passes the turn on to the work that has waited longest; later work, even if given just now, cannot take it. */
  #passTurn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#turns += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  #idleThread(): PoolThread | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
      this.#all.delete(idle);
    }
    return undefined;
  }

  #giveBack(thread: PoolThread): void {
    if (thread.alive) this.#idle.push(thread);
    else this.#all.delete(thread);
  }

  #start(module?: URL): PoolThread {
    // The thread would never be ended, and would keep the process alive.
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
