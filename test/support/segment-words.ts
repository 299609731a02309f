import type { MergePlan, Segment } from "../../src/plan/merge-plan.ts";

/** The segments of a plan as `copy LAYER START-END`, `fresh LENGTH`, `zeros LENGTH`. */
export function segmentWords(plan: MergePlan): string[] {
  return [...plan.segments].map(words);
}

function words(segment: Segment): string {
  if (segment.kind === "copy") return `copy ${segment.layer} ${segment.start}-${segment.end}`;
  return segment.kind === "fresh" ? `fresh ${segment.bytes.length}` : `zeros ${segment.length}`;
}
