/** Passes values to an iterator, one at a time: `put` resolves when the iterator asks for the next value. */
export class Handover<Value> implements AsyncIterable<Value> {
  #waiting: Waiting<Value> | undefined;
  #wake: () => void = () => {};
  #failure: { readonly error: unknown } | undefined;
  #ended = false;

  /** Rejects if `fail` is called. The caller must await each call before the next. */
  put(value: Value): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((taken, failed) => {
      this.#waiting = { value, taken, failed };
      this.#wake();
    });
  }

  /** Ends the iteration after the last value. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Makes `put` reject and the iterator throw; only the first of several errors counts. */
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
