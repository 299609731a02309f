import { Inflater } from "../kernel/inflater.ts";

/** An inflater for exclusive use until this is disposed. */
export interface BorrowedInflater extends Disposable {
  readonly inflater: Inflater;
}

/** The unused inflaters of this thread. */
const idle: Inflater[] = [];

/** Borrows an inflater for one blob. A thread creates as many as it uses at the same time and keeps them for reuse. */
export function borrowInflater(): BorrowedInflater {
  const inflater = idle.pop() ?? new Inflater();
  return {
    inflater,
    [Symbol.dispose]() {
      inflater.reset();
      idle.push(inflater);
    },
  };
}
