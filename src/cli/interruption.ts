import { constants } from "node:os";

/** Signals that abort a run, which then cleans up. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type InterruptSignal = (typeof SIGNALS)[number];

/**
 * A shell reports 128 plus the signal's number for a process killed by a signal; planish exits by itself with that
 * status.
 */
const SIGNAL_EXIT_BASE = 128;

/** The abort reason when a signal, or docker, interrupts a run. */
export class Interruption extends Error {
  readonly exitCode: number;
  /** What is left of the work, for the message; changed once the result is committed. */
  state = "nothing was left behind";

  constructor(signal: InterruptSignal) {
    super(`interrupted by ${signal}`);
    this.name = "Interruption";
    this.exitCode = SIGNAL_EXIT_BASE + constants.signals[signal];
  }
}

/** An abort signal triggered by the process's signals, until it is disposed. */
export interface InterruptWatch extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts like a first Ctrl-C; calling it again, or after a signal, has no effect. */
  cancel(): void;
}

/** The first signal aborts, so that the run can clean up; the second exits at once. */
export function watchInterrupts(process: NodeJS.Process): InterruptWatch {
  const controller = new AbortController();
  let signals = 0;
  const abort = (interruption: Interruption): void => {
    if (!controller.signal.aborted) controller.abort(interruption);
  };
  const interrupt = (name: NodeJS.Signals): void => {
    const interruption = new Interruption(name as InterruptSignal);
    signals += 1;
    if (signals > 1) process.exit(interruption.exitCode);
    abort(interruption);
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  return {
    signal: controller.signal,
    cancel: () => abort(new Interruption("SIGINT")),
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.off(name, interrupt);
    },
  };
}
