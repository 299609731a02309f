import type { MergePlan, PlanLayer, PlanOptions } from "./merge-plan.ts";
import { wholeStack } from "./partition.ts";
import { planStack } from "./plan-stack.ts";

/**
 * Decides what the flat layer of a stack holds: each layer is unpacked by itself, laid over those below, and what is
 * left is put in order.
 * Pure: equal layers and options give equal plans. Layers come base first; no layers give an empty tar (R9.3). Time and
 * memory grow with the entries, never with the bytes; the plan keeps the merged tree and the entry lists alive.
 * @throws ImageInvalidError TAR_INVALID, LINK_DANGLING or WHITEOUT_INVALID with `details.rule`, for what no engine
 * loads and for strict diagnostics
 * @throws LimitError LIMIT_EXCEEDED when links make a path too long or paths make too many directories
 */
export function planMerge(layers: readonly PlanLayer[], options: PlanOptions): MergePlan {
  const [layer] = planStack(layers, wholeStack(layers.length), options);
  if (layer?.kind !== "made") throw new Error("a flat stack has one layer");
  return layer.plan;
}
