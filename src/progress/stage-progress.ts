import type { Stage } from "../errors.ts";
import type { ProgressEvent } from "./events.ts";

/** The fields of a `started` event; `total` in bytes. */
export interface StageDescription {
  readonly stage: Stage;
  readonly label: string;
  readonly platform?: string | undefined;
  readonly total?: number | undefined;
}

/** Counts and reports the progress of one stage. */
export interface StageProgress {
  /** Adds bytes to what is done. */
  advance(bytes: number): void;
  /** Reports the end of the stage; do not call `advance` after it. */
  finish(): void;
}

/** A person cannot make use of more frequent events. */
const EVENT_INTERVAL_MS = 50;

/** Reports the start of a stage; its progress is then reported at most every 50 ms, in absolute figures. */
export function startStage(report: (event: ProgressEvent) => void, description: StageDescription): StageProgress {
  const { stage, platform, total } = description;
  const begun = performance.now();
  let done = 0;
  let reported = begun;
  report({ type: "started", ...description });
  const advanced = (): void => report({ type: "advanced", stage, platform, done, total });
  return {
    advance(bytes) {
      done += bytes;
      const now = performance.now();
      if (now - reported < EVENT_INTERVAL_MS) return;
      reported = now;
      advanced();
    },
    finish() {
      advanced();
      report({ type: "finished", stage, platform, milliseconds: performance.now() - begun });
    },
  };
}
