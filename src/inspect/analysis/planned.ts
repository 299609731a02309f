import type { MergePlan } from "../../plan/merge-plan.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";

/** What the analysis of one image reads: its layers, bottom first, and their plan. */
export interface Planned {
  readonly layers: readonly LayerIndex[];
  readonly plan: MergePlan;
}

/** The `most` largest items, largest first; equally large ones keep their order. */
export function largestOf<Item extends { readonly size: number }>(items: Iterable<Item>, most: number): Item[] {
  return [...items].sort((a, b) => b.size - a.size).slice(0, most);
}

/** A number of files, and bytes of their content. */
export interface FileCount {
  files: number;
  size: number;
}
