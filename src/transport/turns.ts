/** Runs tasks one after another, in the order in which they were requested. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task when all tasks before it have ended, whether they succeeded or not. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn;
    turn.catch(() => {});
    return turn;
  }

  /** Resolves when all tasks requested so far have ended; never rejects. */
  async ended(): Promise<void> {
    await this.#last.catch(() => {});
  }
}
