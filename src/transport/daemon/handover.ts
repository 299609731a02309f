/** Hands values from one side to the other, one at a time: `put` resolves when the taker asks for the next one. */
export class Handover<Value> implements AsyncIterable<Value> {
  #waiting: Waiting<Value> | undefined;
  #wake: () => void = () => {};
  #failure: { readonly error: unknown } | undefined;
  #ended = false;

  /** Rejects when either side has failed. Only one value waits at a time: the caller awaits each. */
  put(value: Value): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((taken, failed) => {
      this.#waiting = { value, taken, failed };
      this.#wake();
    });
  }

  /** Says that no value follows. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Fails both sides; of several failures the first counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#waiting?.failed(this.#failure.error);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const waiting = this.#waiting;
      if (waiting !== undefined) {
        yield waiting.value;
        this.#waiting = undefined;
        waiting.taken();
      } else if (this.#ended) return;
      else await this.#next();
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

interface Waiting<Value> {
  readonly value: Value;
  readonly taken: () => void;
  readonly failed: (error: unknown) => void;
}
