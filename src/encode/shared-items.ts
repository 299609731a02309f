/** Items that one consumer may be ahead of another. */
const AHEAD = 4;

/**
 * The items for several consumers, each of which gets all of them; they are made once. A faster consumer waits for the
 * slower ones, so all of them must consume at the same time, or give up together.
 */
export function sharedItems<Item>(items: Iterable<Item>, consumers: number): AsyncIterable<Item>[] {
  const source = items[Symbol.iterator]();
  const queues = Array.from({ length: consumers }, (): Item[] => []);
  let woken = Promise.withResolvers<void>();
  async function* consumer(own: Item[]): AsyncGenerator<Item, void> {
    for (;;) {
      while (own.length === 0 && queues.some(({ length }) => length >= AHEAD)) await woken.promise;
      if (own.length === 0) {
        const next = source.next();
        if (next.done) return;
        for (const queue of queues) queue.push(next.value);
      }
      yield* own.splice(0, 1);
      woken.resolve();
      woken = Promise.withResolvers();
    }
  }
  return queues.map(consumer);
}
