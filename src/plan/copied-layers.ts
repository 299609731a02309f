import type { MergePlan } from "./merge-plan.ts";

/** Numbers of the layers of which the plan copies bytes. */
export function copiedLayers({ segments }: Pick<MergePlan, "segments">): Set<number> {
  const layers = new Set<number>();
  for (const segment of segments) if (segment.kind === "copy" && segment.end > segment.start) layers.add(segment.layer);
  return layers;
}
