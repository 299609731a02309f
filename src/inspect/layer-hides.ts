import type { MergePlan } from "../plan/merge-plan.ts";
import { type AdoptedContent, adoptedContent } from "./adopted-content.ts";
import { type EntryLayers, entryAt } from "./entry-place.ts";

/** What layer `by` hides in layer `of`, which is below it or itself. */
export interface LayerHides {
  readonly by: number;
  readonly of: number;
  readonly entries: number;
  /** Bytes of their content. */
  readonly size: number;
}

interface HidingPlan extends EntryLayers {
  readonly plan: Pick<MergePlan, "hidden" | "entries">;
}

/**
 * Counts what each layer hides in each other, from the plan; sorted by hiding layer, then by hidden layer. Content that
 * is kept under another name of a hard link is not counted, though its entry is.
 */
export function layerHides(planned: HidingPlan, adopted: AdoptedContent = adoptedContent(planned.plan)): LayerHides[] {
  const counts = new Map<string, { by: number; of: number; entries: number; size: number }>();
  for (const hidden of planned.plan.hidden) {
    const { layer: of, by: hider } = hidden;
    if (hider === undefined) continue;
    const key = `${hider.layer} ${of}`;
    const count = counts.get(key) ?? { by: hider.layer, of, entries: 0, size: 0 };
    counts.set(key, count);
    count.entries += 1;
    if (!adopted.has(hidden)) count.size += entryAt(planned, hidden).size;
  }
  return [...counts.values()].sort((a, b) => a.by - b.by || a.of - b.of);
}
