import type { HiddenReason, MergePlan } from "../plan/merge-plan.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import { type AdoptedContent, adoptedContent } from "./adopted-content.ts";
import type { HiddenSummary } from "./history-result.ts";

/**
 * Counts the entries of each layer that are not in the flat layer, bottom first. Content that is kept under another
 * name of a hard link is not counted as hidden, though its entry is.
 */
export function hiddenByLayer(
  plan: MergePlan,
  layers: readonly LayerIndex[],
  adopted: AdoptedContent = adoptedContent(plan),
): HiddenSummary[] {
  const counts = layers.map(() => ({ entries: 0, size: 0, reasons: noReasons() }));
  for (const hidden of plan.hidden) {
    const { layer, ordinal, reason } = hidden;
    const count = counts[layer];
    const index = layers[layer];
    if (count === undefined || index === undefined) continue;
    count.entries += 1;
    if (!adopted.has(hidden)) count.size += index.entries.at(ordinal).size;
    count.reasons[reason] += 1;
  }
  return counts;
}

/** The sum over some layers. */
export function sumHidden(summaries: readonly HiddenSummary[]): HiddenSummary {
  const sum = { entries: 0, size: 0, reasons: noReasons() };
  for (const { entries, size, reasons } of summaries) {
    sum.entries += entries;
    sum.size += size;
    for (const [reason, count] of Object.entries(reasons)) sum.reasons[reason as HiddenReason] += count;
  }
  return sum;
}

function noReasons(): Record<HiddenReason, number> {
  return { replaced: 0, whiteout: 0, opaque: 0, duplicate: 0, relisted: 0, marker: 0, excluded: 0 };
}
