import type { ProgressEvent } from "./events.ts";
import { type StageDescription, startStage } from "./stage-progress.ts";

/** How often the count is looked at: threads count in shared memory, so that progress costs them no messages. */
const INTERVAL_MS = 100;

/** What is watched, and who is told. */
export interface StageWatch {
  readonly description: StageDescription;
  /** Bytes that were done so far. */
  count(): number;
  report(event: ProgressEvent): void;
}

/** Reports a stage while `work` lasts. */
export async function watchStage<T>({ description, count, report }: StageWatch, work: () => Promise<T>): Promise<T> {
  const stage = startStage(report, description);
  let told = 0;
  const tell = (done: number): void => {
    if (done > told) stage.advance(done - told);
    told = done;
  };
  const timer = setInterval(() => {
    const done = count();
    try {
      tell(done);
    } catch {
      // Whoever threw has aborted the run thereby, see Context: `work` rejects with the reason.
      clearInterval(timer);
    }
  }, INTERVAL_MS);
  try {
    const result = await work();
    tell(count());
    stage.finish();
    return result;
  } finally {
    clearInterval(timer);
  }
}
