/**
 * How much of a file has been written so far, in shared memory, so that one thread can read a file that another is
 * still writing.
 */
export interface WrittenBytes {
  /** The same as plain data, to be passed to {@link sharedWrittenBytes} in another thread. */
  readonly shared: BigInt64Array;
  /** Announces that every byte before `end` is in the file. */
  reach(end: number): void;
  /** Announces that no more bytes will be written. */
  stop(): void;
  /**
   * Blocks the thread until every byte before `end` is in the file; returns false if writing stopped before that.
   * Meanwhile calls `check` about ten times a second; an error thrown by it ends the wait.
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
