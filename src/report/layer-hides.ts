import { adoptedContent } from "../inspect/adopted-content.ts";
import type { MergePlan, PlanLayer } from "../plan/merge-plan.ts";
import type { LayerHides } from "./report-data.ts";

/** Counts what each layer hides in each other, from the plan; sorted by hiding layer, then by hidden layer. */
export function layerHides(
  layers: readonly Pick<PlanLayer, "entries">[],
  plan: Pick<MergePlan, "hidden" | "entries">,
): LayerHides[] {
  const counts = new Map<number, { by: number; of: number; entries: number; size: number }>();
  const adopted = adoptedContent(plan);
  for (const { layer, ordinal, by } of plan.hidden) {
    if (by === undefined) continue;
    const key = by.layer * layers.length + layer;
    const count = counts.get(key) ?? { by: by.layer, of: layer, entries: 0, size: 0 };
    counts.set(key, count);
    count.entries += 1;
    if (!adopted.has({ layer, ordinal })) count.size += layers[layer]?.entries.at(ordinal).size ?? 0;
  }
  return [...counts.values()].sort((a, b) => a.by - b.by || a.of - b.of);
}
