import { countOf } from "../amount.ts";
import { inStage } from "../errors.ts";
import { formatPlatform, type Platform } from "../oci/platform.ts";
import type { ProgressEvent } from "./events.ts";
import { startStage } from "./stage-progress.ts";

/** What is planned: the layers of one image. */
export interface PlanSubject {
  readonly image: { readonly platform: Platform };
  readonly layers: readonly { readonly entries: { readonly length: number } }[];
}

/** Runs the plan stage of one image and reports it. It counts entries, not bytes, and blocks the event loop. */
export function planStage<Result>(
  { image, layers }: PlanSubject,
  { report }: { report(event: ProgressEvent): void },
  work: () => Result,
): Promise<Result> {
  const entries = layers.reduce((sum, layer) => sum + layer.entries.length, 0);
  const label = countOf(entries, "entry", "entries");
  return inStage("plan", () => {
    const stage = startStage(report, { stage: "plan", label, platform: formatPlatform(image.platform) });
    const result = work();
    stage.finish();
    return result;
  });
}
