import type { Image } from "../../image/image.ts";
import type { AdoptedContent } from "../adopted-content.ts";
import { entryAt } from "../entry-place.ts";
import { historyLayers } from "../history-layers.ts";
import type { HiddenSummary } from "../history-result.ts";
import { layerSteps } from "../history-steps.ts";
import type { AnalyzedLayer } from "./analysis-result.ts";
import type { FileCount, Planned } from "./planned.ts";
import { keptSizes } from "./predicted-flat.ts";

/** What the table needs besides the layers and the plan. Lists have one element per layer, bottom first. */
export interface LayerFigures {
  readonly hidden: readonly HiddenSummary[];
  readonly contentSizes: readonly number[];
  readonly keptBytes: readonly number[];
  readonly duplicates: readonly FileCount[];
  /** Contents that are kept although their entries are hidden. */
  readonly adopted: AdoptedContent;
}

/** The layers of an image, bottom first, each with the step that made it and what it costs. */
export function layerTable(image: Image, planned: Planned, figures: LayerFigures): AnalyzedLayer[] {
  const { layers } = planned;
  const described = historyLayers(layers, figures.hidden);
  const kept = keptSizes(layers, figures.keptBytes);
  const steps = layerSteps(image);
  const [rewrites, hides] = [rewritesByLayer(planned), hidesByLayer(planned, figures.adopted)];
  return described.map((layer, number) => {
    const step = steps[number];
    return {
      ...layer,
      created: step?.created ?? undefined,
      createdBy: step?.created_by,
      comment: step?.comment,
      contentSize: figures.contentSizes[number] ?? 0,
      keptSize: kept[number] ?? 0,
      rewrites: rewrites[number] ?? { files: 0, size: 0 },
      duplicates: figures.duplicates[number] ?? { files: 0, size: 0 },
      hides: hides[number] ?? { entries: 0, size: 0 },
    };
  });
}

/** Files that replace an entry of the same path in a lower layer, by the layer that they are in. */
function rewritesByLayer(planned: Planned): FileCount[] {
  const counts = planned.layers.map((): FileCount => ({ files: 0, size: 0 }));
  for (const hidden of planned.plan.hidden) {
    const { by, reason, layer } = hidden;
    const count = by && counts[by.layer];
    if (count === undefined || by === undefined || reason !== "replaced" || by.layer === layer) continue;
    const [lower, upper] = [entryAt(planned, hidden), entryAt(planned, by)];
    if (upper.type !== "file" || lower.path !== upper.path) continue;
    count.files += 1;
    count.size += upper.size;
  }
  return counts;
}

function hidesByLayer(planned: Planned, adopted: AdoptedContent): { entries: number; size: number }[] {
  const counts = planned.layers.map(() => ({ entries: 0, size: 0 }));
  for (const hidden of planned.plan.hidden) {
    const count = hidden.by && counts[hidden.by.layer];
    if (count === undefined || hidden.by?.layer === hidden.layer) continue;
    count.entries += 1;
    if (!adopted.has(hidden)) count.size += entryAt(planned, hidden).size;
  }
  return counts;
}
