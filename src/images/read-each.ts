import pLimit from "p-limit";

/** Images that a server is asked about, or files that are read, at the same time. */
const AT_ONCE = 8;

/** How {@link readEach} reads. */
export interface Reading<Item, Result> {
  read(item: Item): Promise<Result>;
  /** Is told of each item that is read next, its number from 1 on, and how many there are so far. */
  readonly begin?: ((item: Item, number: number, total: number) => void) | undefined;
  readonly stop: AbortController;
}

/**
 * Reads many images and returns the results in their order. The first failure is the reason with which `stop` is
 * aborted, and is thrown when all reads have ended: a server that fails or limits its requests does not get thousands
 * more.
 */
export async function readEach<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { read, begin, stop }: Reading<Item, Result>,
): Promise<Result[]> {
  const limit = pLimit(AT_ONCE);
  const reads: Promise<Result>[] = [];
  let begun = 0;
  const start = async (item: Item): Promise<Result> => {
    stop.signal.throwIfAborted();
    begun += 1;
    begin?.(item, begun, reads.length);
    return read(item);
  };
  try {
    for await (const item of items) {
      const reading = limit(start, item);
      reading.catch((error: unknown) => stop.abort(error));
      reads.push(reading);
    }
  } catch (error) {
    stop.abort(error);
  }
  await Promise.allSettled(reads);
  stop.signal.throwIfAborted();
  return await Promise.all(reads);
}
