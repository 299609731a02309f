import { createInflater, type Inflater } from "../kernel/inflater.ts";

/** An inflater that is nobody else's until this is disposed. */
export interface BorrowedInflater extends Disposable {
  readonly inflater: Inflater;
}

/** Those of this thread that nobody uses. */
const idle: Inflater[] = [];

/**
 * An inflater for one blob. A thread makes as many as it uses at a time and keeps them: their memory is theirs for
 * good.
 */
export function borrowInflater(): BorrowedInflater {
  const inflater = idle.pop() ?? createInflater();
  return {
    inflater,
    [Symbol.dispose]() {
      inflater.reset();
      idle.push(inflater);
    },
  };
}
