/** Runs a task of that many bytes when its turn has come. */
export type Schedule = <T>(bytes: number, work: () => Promise<T>) => Promise<T>;

/** A task that waits. */
interface Waiting {
  readonly bytes: number;
  start(): void;
}

/**
 * Makes a schedule that runs at most `width` tasks at a time and always starts the largest one that waits: started
 * last, a large one would keep one thread busy while the others idle. Tasks that are added in the same tick are
 * compared before any is started. Whenever a task ends and none waits, `onSpare` is awaited.
 */
export function largestFirst(width: number, onSpare: () => Promise<void> = async () => {}): Schedule {
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
      if (waiting.length === 0) await onSpare();
      startNext();
    }
  };
}
