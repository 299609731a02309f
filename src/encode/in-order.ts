/** How {@link inOrder} works. */
export interface InOrderOptions {
  /** Results that may be waited for at a time. */
  readonly ahead: number;
  readonly signal: AbortSignal;
}

/**
 * Applies `work` to each item and yields the results in the order of the items, with up to `ahead` under way besides
 * the one that is waited for. Ending the iteration early, or an error, waits until nothing is under way any more, so
 * that what the work uses may be closed; its other errors are dropped.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  options: InOrderOptions,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Whoever waits for it gets the error; until then it must not count as unhandled.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length > options.ahead) yield await next(underWay, options.signal);
    }
    while (underWay.length > 0) yield await next(underWay, options.signal);
  } finally {
    await Promise.allSettled(underWay);
  }
}

function next<Result>(underWay: Promise<Result>[], signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const [first] = underWay.splice(0, 1);
  if (first === undefined) throw new Error("nothing is under way");
  return first;
}
