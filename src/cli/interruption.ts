import { constants } from "node:os";

/** Signals that end a run in good order. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type InterruptSignal = (typeof SIGNALS)[number];

/**
 * A shell reports 128 and the signal's number for a process that a signal ended; we end by ourselves and say the same.
 */
const SIGNAL_EXIT_BASE = 128;

/** The reason of an abort that a signal asked for. */
export class Interruption extends Error {
  readonly exitCode: number;
  /** What there is of the work, as people are told it; a run that has come further says so. */
  state = "nothing was left behind";

  constructor(signal: InterruptSignal) {
    super(`interrupted by ${signal}`);
    this.name = "Interruption";
    this.exitCode = SIGNAL_EXIT_BASE + constants.signals[signal];
  }
}

/** An abort signal that the process's signals trigger, until it is disposed. */
export interface InterruptWatch extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts as a first Ctrl-C would; may be called again, and beside a signal that says the same. */
  cancel(): void;
}

/** The first signal aborts, so that the run can clean up after itself; the second ends the process on the spot. */
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
