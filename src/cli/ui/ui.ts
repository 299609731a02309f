import type { ProgressEvent } from "../../index.ts";

/** Displays the progress of a run on stderr. */
export interface Ui {
  report(event: ProgressEvent): void;
  /** Draws a last time and restores the terminal. Safe to call twice. */
  close(): void;
}

/** Values of `--progress`; {@link createUi} resolves `auto`. */
export const PROGRESS_MODES = ["auto", "tty", "plain", "json", "none"] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

/** Shows nothing. */
export const silentUi: Ui = { report() {}, close() {} };
