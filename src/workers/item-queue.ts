/** The receiving end of a stream of items between threads; can be iterated once. */
export class ItemQueue<Item> implements AsyncIterable<Item> {
  /** Called with an item when the consumer requests the next one. */
  onTaken: (item: unknown) => void = () => {};
  readonly #items: Item[] = [];
  #closed: { readonly error?: unknown } | undefined;
  #wake: () => void = () => {};

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** Ends the stream after the items pushed so far. */
  end(): void {
    this.#close({});
  }

  /** Ends the stream with an error after the items pushed so far. */
  fail(error: unknown): void {
    this.#close({ error });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        yield item;
        this.onTaken(item);
        continue;
      }
      if (this.#closed !== undefined) {
        if ("error" in this.#closed) throw this.#closed.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #close(closed: { readonly error?: unknown }): void {
    this.#closed ??= closed;
    this.#wake();
  }
}
