import type { Image } from "../image/image.ts";
import type { HistoryEntry } from "../oci/history.ts";
import type { HistoryLayer, HistoryStep } from "./history-result.ts";

/**
 * Joins the config's history with the layers, both oldest first, and returns the steps newest first. Entries without
 * `empty_layer` belong to the layers in order; further layers become steps without text, further entries become steps
 * without a layer. image-spec config.md (`history`)
 */
export function historySteps(history: readonly HistoryEntry[], layers: readonly HistoryLayer[]): HistoryStep[] {
  const rest = [...layers];
  const steps = history.map((entry): HistoryStep => {
    const layer = entry.empty_layer === true ? undefined : rest.shift();
    return {
      created: entry.created ?? undefined,
      createdBy: entry.created_by,
      author: entry.author,
      comment: entry.comment,
      layer,
    };
  });
  return [...steps, ...rest.map((layer): HistoryStep => ({ layer }))].reverse();
}

/** The entry of the config's history that made each layer, bottom first; the topmost layers may have none. */
export function layerSteps({ config }: Pick<Image, "config">): readonly HistoryEntry[] {
  return (config.json.history ?? []).filter(({ empty_layer: empty }) => empty !== true);
}
