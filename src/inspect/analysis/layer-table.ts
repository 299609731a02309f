import type { Image } from "../../image/image.ts";
import { entryAt } from "../entry-place.ts";
import { historyLayers } from "../history-layers.ts";
import type { HiddenSummary } from "../history-result.ts";
import { layerSteps } from "../history-steps.ts";
import type { LayerHides } from "../layer-hides.ts";
import type { AnalyzedLayer } from "./analysis-result.ts";
import type { FileCount, Planned } from "./planned.ts";
import { keptSizes } from "./predicted-flat.ts";

/** What the table needs besides the layers and the plan. Lists have one element per layer, bottom first. */
export interface LayerFigures {
  readonly hidden: readonly HiddenSummary[];
  readonly contentSizes: readonly number[];
  readonly keptBytes: readonly number[];
  readonly duplicates: readonly FileCount[];
  /** What each layer hides of each lower one. */
  readonly lower: readonly LayerHides[];
}

/** The layers of an image, bottom first, each with the step that made it and what it costs. */
export function layerTable(image: Image, planned: Planned, figures: LayerFigures): AnalyzedLayer[] {
  const { layers } = planned;
  const described = historyLayers(layers, figures.hidden);
  const kept = keptSizes(layers, figures.keptBytes);
  const steps = layerSteps(image);
  const rewrites = rewritesByLayer(planned);
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
      hides: sumOf(figures.lower.filter(({ by }) => by === number)),
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

function sumOf(hides: readonly LayerHides[]): AnalyzedLayer["hides"] {
  return hides.reduce((sum, { entries, size }) => ({ entries: sum.entries + entries, size: sum.size + size }), {
    entries: 0,
    size: 0,
  });
}
