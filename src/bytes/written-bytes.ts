/**
 * How much of a file has been written so far, in memory that threads share: one can read what another is still writing.
 */
export interface WrittenBytes {
  /** The same as plain data, for {@link sharedWrittenBytes} in another thread. */
  readonly shared: BigInt64Array;
  /** Says that every byte before `end` is in the file. */
  reach(end: number): void;
  /** Says that no more bytes come. */
  stop(): void;
  /**
   * Blocks the thread until every byte before `end` is in the file, and returns false when those bytes will never be.
   * `check` is called some ten times a second meanwhile; what it throws ends the waiting.
   */
  wait(end: number, check: () => void): boolean;
}

export function createWrittenBytes(): WrittenBytes {
  return sharedWrittenBytes(new BigInt64Array(new SharedArrayBuffer(16)));
}

/** The same file in another thread. */
export function sharedWrittenBytes(shared: BigInt64Array): WrittenBytes {
  return {
    shared,
    reach(end) {
      Atomics.store(shared, WRITTEN, BigInt(end));
      Atomics.notify(shared, WRITTEN);
    },
    stop() {
      Atomics.store(shared, STOPPED, 1n);
      Atomics.notify(shared, WRITTEN);
    },
    wait(end, check) {
      for (;;) {
        const stopped = Atomics.load(shared, STOPPED) !== 0n;
        const written = Atomics.load(shared, WRITTEN);
        if (written >= end) return true;
        if (stopped) return false;
        check();
        Atomics.wait(shared, WRITTEN, written, CHECK_MS);
      }
    },
  };
}

const WRITTEN = 0;
const STOPPED = 1;
const CHECK_MS = 100;
