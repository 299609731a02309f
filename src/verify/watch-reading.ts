import type { Context } from "../context.ts";
import { type StageDescription, startStage } from "../progress/stage-progress.ts";
import type { ReadBudget } from "./read-budget.ts";

/** How often the budgets are looked at: threads count in shared memory, so that progress costs them no messages. */
const INTERVAL_MS = 100;

/** What is watched, and who is told. */
export interface ReadingWatch {
  readonly description: Omit<StageDescription, "stage">;
  readonly budgets: readonly ReadBudget[];
  readonly report: Context["report"];
}

/** Reports the verify stage, by the bytes of blobs that were read, while `work` lasts. */
export async function watchReading<T>(watch: ReadingWatch, work: () => Promise<T>): Promise<T> {
  const stage = startStage(watch.report, { stage: "verify", ...watch.description });
  let told = 0;
  const look = (): void => {
    const read = watch.budgets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    if (read > told) stage.advance(read - told);
    told = read;
  };
  const timer = setInterval(look, INTERVAL_MS);
  try {
    const result = await work();
    look();
    stage.finish();
    return result;
  } finally {
    clearInterval(timer);
  }
}
