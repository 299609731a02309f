import type { ProgressEvent } from "../../index.ts";

/** Shows a person or a program how a run gets on; writes to stderr alone. */
export interface Ui {
  report(event: ProgressEvent): void;
  /** Draws for the last time and gives the terminal back. Safe to call twice. */
  close(): void;
}

/** What `--progress` takes; `auto` is decided by {@link createUi}. */
export const PROGRESS_MODES = ["auto", "tty", "plain", "json", "none"] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

/** Shows nothing. */
export const silentUi: Ui = { report() {}, close() {} };
