/** Runs a piece of work of so many bytes when its turn has come. */
export type Schedule = <T>(bytes: number, work: () => Promise<T>) => Promise<T>;

/** A piece of work that waits. */
interface Waiting {
  readonly bytes: number;
  start(): void;
}

/**
 * Makes a schedule that runs at most `width` pieces of work at a time, of those that wait always the largest: begun
 * last, a large one would leave all threads but its own without work. What is asked for in one go is weighed together.
 */
export function largestFirst(width: number): Schedule {
  const waiting: Waiting[] = [];
  let running = 0;
  const startNext = (): void => {
    while (running < width && waiting.length > 0) {
      running += 1;
      waiting.shift()?.start();
    }
  };
  return async (bytes, work) => {
    const turn = new Promise<void>((start) => waiting.push({ bytes, start }));
    waiting.sort((a, b) => b.bytes - a.bytes);
    queueMicrotask(startNext);
    await turn;
    try {
      return await work();
    } finally {
      running -= 1;
      startNext();
    }
  };
}
