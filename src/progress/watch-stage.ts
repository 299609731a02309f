import type { ProgressEvent } from "./events.ts";
import { type StageDescription, startStage } from "./stage-progress.ts";

/** How often the count is read: threads count in shared memory, so that progress costs them no messages. */
const INTERVAL_MS = 100;

/** The stage to report on, where its count comes from, and where events go. */
export interface StageWatch {
  readonly description: StageDescription;
  /** Bytes done so far. */
  count(): number;
  report(event: ProgressEvent): void;
}

/** Runs `work` and reports it as a stage. */
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
      // A listener that throws aborts the run, see Context: `work` rejects with the reason.
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
