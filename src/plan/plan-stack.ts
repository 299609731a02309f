import type { Diagnostic } from "../diagnostic.ts";
import { clampTimes } from "./clamp-times.ts";
import { keptDiagnostics } from "./kept-content.ts";
import type { PlanLayer, PlanOptions } from "./merge-plan.ts";
import { newMergeState } from "./merge-state.ts";
import { overlay } from "./overlay.ts";
import type { Partition } from "./partition.ts";
import { type PlannedRange, planRange } from "./plan-range.ts";
import { unpack } from "./unpack.ts";

/** A layer of the old stack, as it is. */
export interface KeptLayer {
  readonly kind: "kept";
  readonly layer: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** One layer of the new stack: a layer of the old one, as it is, or what a range of them becomes. */
export type PlannedLayer = KeptLayer | PlannedRange;

/**
 * Plans a new stack with the same filesystem as the old one: the kept layers, and for each range one layer, or as many
 * as it is split into, with what the range changes in the layers below it (§6). Layers come base first, and the
 * partition covers all of them. Pure; {@link planMerge} is the case of one range of all layers. What is excluded is
 * removed by the topmost range, which must then reach the top; it has whiteouts for what kept layers below it hold of
 * that. `latest` applies to the entries of the ranges' layers only.
 * @throws what {@link planMerge} throws, and ImageInvalidError WHITEOUT_INVALID for a range that removes what no
 * whiteout can remove
 */
export function planStack(
  layers: readonly PlanLayer[],
  partition: Partition,
  options: PlanOptions,
): readonly PlannedLayer[] {
  const state = newMergeState(withTimes(layers, partition, options), options);
  const lastRange = partition.findLastIndex(({ kind }) => kind === "squash");
  if (options.exclude !== undefined && lastRange < partition.length - 1) {
    throw new RangeError("nothing can be left out of a layer that is kept at the top");
  }
  return partition.flatMap((stretch, at): readonly PlannedLayer[] => {
    if (stretch.kind === "squash") return planRange(state, stretch, { final: at === lastRange });
    if (at < lastRange) state.findings.quietly(() => overlay(state, unpack(state, stretch.layer)));
    return [keptLayer(stretch.layer, layers, options)];
  });
}

/** The diagnostics of a layer of the new stack. */
export function planDiagnostics(planned: PlannedLayer): readonly Diagnostic[] {
  return planned.kind === "kept" ? planned.diagnostics : planned.plan.diagnostics;
}

/** The layers, with the times of squashed ones limited to `latest`. */
function withTimes(layers: readonly PlanLayer[], partition: Partition, { latest }: PlanOptions): readonly PlanLayer[] {
  if (latest === undefined) return layers;
  const kept = new Set(partition.flatMap((stretch) => (stretch.kind === "keep" ? [stretch.layer] : [])));
  return layers.map((layer, number) => {
    const { entries, size, end, trailerExact } = layer;
    return kept.has(number) ? layer : { entries: clampTimes(entries, latest), size, end, trailerExact };
  });
}

function keptLayer(number: number, layers: readonly PlanLayer[], options: PlanOptions): KeptLayer {
  const layer = layers[number];
  return {
    kind: "kept",
    layer: number,
    diagnostics: layer === undefined ? [] : keptDiagnostics(number, layer, options),
  };
}
