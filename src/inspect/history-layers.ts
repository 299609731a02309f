import type { LayerIndex } from "../scan/layer-index.ts";
import { sumHidden } from "./hidden-summary.ts";
import type { HiddenSummary, HistoryLayer } from "./history-result.ts";

/** Describes layers by their indexes and the plan, bottom first. */
export function historyLayers(layers: readonly LayerIndex[], hidden: readonly HiddenSummary[]): HistoryLayer[] {
  const none = sumHidden([]);
  return layers.map((layer, number) => ({
    number,
    digest: layer.descriptor.digest,
    diffId: layer.diffId,
    mediaType: layer.descriptor.mediaType,
    compression: layer.compression,
    size: layer.descriptor.size,
    uncompressedSize: layer.size,
    entries: layer.entries.length,
    hidden: hidden[number] ?? none,
  }));
}
