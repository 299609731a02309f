/** A step of a task; ended when it is disposed. */
export interface Turn extends Disposable {
  /** Fulfilled when the turns taken before this one have ended. */
  readonly come: Promise<void>;
  /** May be called more than once. */
  end(): void;
}

/** Has tasks that run at the same time take a step one after the other, in the order in which they took turns. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  take(): Turn {
    const { promise, resolve } = Promise.withResolvers<void>();
    const come = this.#last;
    this.#last = come.then(() => promise);
    return { come, end: resolve, [Symbol.dispose]: resolve };
  }
}
