import type { Stage } from "../errors.ts";
import type { ProgressEvent } from "./events.ts";

/** What a stage tells of itself when it starts; `total` in bytes. */
export interface StageDescription {
  readonly stage: Stage;
  readonly label: string;
  readonly platform?: string | undefined;
  readonly total?: number | undefined;
}

/** The running account of one stage. */
export interface StageProgress {
  /** Adds bytes to what is done. */
  advance(bytes: number): void;
  /** Says that the stage is over; nothing may be added after it. */
  finish(): void;
}

/** Events closer together than this tell a person nothing and cost a worker message each. */
const EVENT_INTERVAL_MS = 50;

/** Reports that a stage starts, and lets it report on, at most every 50 ms, with absolute figures. */
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
