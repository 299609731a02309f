/** How {@link inOrder} works. */
export interface InOrderOptions {
  /** How many calls of `work` may run besides the one that is awaited. */
  readonly ahead: number;
  readonly signal: AbortSignal;
}

/**
 * Applies `work` to each item and yields the results in the order of the items, running up to `ahead` calls besides the
 * one that is awaited. When the iteration ends early or fails, it first awaits all running calls, so that what they use
 * may be closed; their errors are dropped.
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
      // The error is thrown when the result's turn comes; until then the rejection must not count as unhandled.
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
