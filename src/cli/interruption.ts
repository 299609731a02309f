import { constants } from "node:os";

/** Signals that abort a run, which then cleans up. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
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

/**
 * One event may come as two signals: npm passes on the Ctrl-C that the terminal has sent to planish, too, and of a
 * terminal that closes both the shell and the system tell.
 */
const ONE_EVENT_MS = 500;

/** The first signal aborts, so that the run can clean up; a second one, when that takes too long, exits at once. */
export function watchInterrupts(process: NodeJS.Process): InterruptWatch {
  const controller = new AbortController();
  let first: number | undefined;
  const abort = (interruption: Interruption): void => {
    if (!controller.signal.aborted) controller.abort(interruption);
  };
  const interrupt = (name: NodeJS.Signals): void => {
    const interruption = new Interruption(name as InterruptSignal);
    first ??= performance.now();
    if (performance.now() - first > ONE_EVENT_MS) process.exit(interruption.exitCode);
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
