/** Has pieces of work wait for each other, in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does work when all before it has ended, however it ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn;
    turn.catch(() => {});
    return turn;
  }

  /** Resolves when all that was asked for so far has ended; never rejects. */
  async ended(): Promise<void> {
    await this.#last.catch(() => {});
  }
}
