import type { Image } from "../image/image.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { MergePlan } from "../plan/merge-plan.ts";
import { layerDiagnostics } from "../scan/layer-diagnostics.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import { hiddenByLayer, sumHidden } from "./hidden-summary.ts";
import { historyLayers } from "./history-layers.ts";
import type { ImageHistory } from "./history-result.ts";
import { historySteps } from "./history-steps.ts";

/** An image that was scanned and planned. */
export interface PlannedImage {
  readonly image: Image;
  readonly layers: readonly LayerIndex[];
  readonly plan: MergePlan;
}

/** Describes an image's history and what is left of each layer, from its layer indexes and its plan. */
export function describeHistory({ image, layers, plan }: PlannedImage): ImageHistory {
  const hidden = hiddenByLayer(plan, layers);
  return {
    ...describeLayers(image, layers),
    hidden: sumHidden(hidden),
    flat: { entries: plan.entryCount, uncompressedSize: plan.size },
    steps: historySteps(image.config.json.history ?? [], historyLayers(layers, hidden)),
    diagnostics: [...image.diagnostics, ...layerDiagnostics(layers.entries()), ...plan.diagnostics],
  };
}

/** What an image is, and the sums over its layers. */
export function describeLayers({ platform, manifest, config }: Image, layers: readonly LayerIndex[]) {
  const sum = (count: (layer: LayerIndex) => number): number => layers.reduce((total, each) => total + count(each), 0);
  return {
    platform: formatPlatform(platform),
    manifest: manifest.descriptor.digest,
    config: config.descriptor.digest,
    size: sum(({ descriptor }) => descriptor.size),
    uncompressedSize: sum(({ size }) => size),
    entries: sum(({ entries }) => entries.length),
  };
}
