import { UsageError } from "../errors.ts";
import type { PlanLayer, PlanOptions } from "./merge-plan.ts";
import { newMergeState } from "./merge-state.ts";
import { overlay } from "./overlay.ts";
import type { Partition } from "./partition.ts";
import { type PlannedRange, planRange } from "./plan-range.ts";
import { unpack } from "./unpack.ts";

/** One layer of the new stack: a layer of the old one, as it is, or what a range of them becomes. */
export type PlannedLayer = { readonly kind: "kept"; readonly layer: number } | PlannedRange;

/**
 * Decides what the layers of a new stack hold that has the same filesystem as the old one: those that are kept, and one for each range, or as many as it is split into, holding what the range changes of
 * the layers below it (§6). Layers stand base first, and the partition covers them all. Pure, as {@link planMerge} is, which is the case of one range of all layers.
 * What is to be left out goes from the topmost range, with whiteouts for what kept layers below it hold of that.
 * @throws UsageError ARGUMENT_INVALID when something is to be left out and a layer above all ranges is kept, or times are to be changed and any layer is
 * @throws what {@link planMerge} throws, and ImageInvalidError WHITEOUT_INVALID for a range that removes what no whiteout can remove
 */
export function planStack(
  layers: readonly PlanLayer[],
  partition: Partition,
  options: PlanOptions,
): readonly PlannedLayer[] {
  const state = newMergeState(layers, options);
  const lastRange = partition.findLastIndex(({ kind }) => kind === "squash");
  if (options.exclude !== undefined && lastRange < partition.length - 1) throw keptAbove();
  if (options.latest !== undefined && partition.some(({ kind }) => kind === "keep")) throw keptTimes();
  return partition.flatMap((stretch, at): readonly PlannedLayer[] => {
    if (stretch.kind === "squash") return planRange(state, stretch, { final: at === lastRange });
    if (at < lastRange) state.findings.quietly(() => overlay(state, unpack(state, stretch.layer)));
    return [{ kind: "kept", layer: stretch.layer }];
  });
}

function keptAbove(): UsageError {
  const message = "nothing can be left out (--exclude, --prune) of layers that --layers or --base keeps at the top";
  const hint = "squash up to the topmost layer, as --base does";
  return new UsageError("ARGUMENT_INVALID", message, { details: { hint } });
}

function keptTimes(): UsageError {
  const message = "--rewrite-timestamp and a selection of layers (--layers, --base) contradict each other";
  return new UsageError("ARGUMENT_INVALID", `${message}: the files of layers that are kept keep their times`);
}
