import { createScratch } from "../../bytes/scratch.ts";
import type { Context } from "../../context.ts";
import { inStage } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import type { Image } from "../../image/image.ts";
import { planMerge } from "../../plan/plan-merge.ts";
import { planStage } from "../../progress/plan-stage.ts";
import { planOptions } from "../../run.ts";
import { KEEP_NOTHING } from "../../scan/kept-bytes.ts";
import { layerDiagnostics } from "../../scan/layer-diagnostics.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { scanImage } from "../../scan/scan-image.ts";
import { baseByHistory } from "../../squash/base-by-history.ts";
import type { Source } from "../../transport/contracts.ts";
import { describeLayers } from "../describe-history.ts";
import { hiddenByLayer, sumHidden } from "../hidden-summary.ts";
import { layerHides } from "../layer-hides.ts";
import { advise } from "./advise.ts";
import type { ImageAnalysis } from "./analysis-result.ts";
import { findDuplicates } from "./duplicate-contents.ts";
import { diveEfficiency } from "./efficiency.ts";
import { findGhosts } from "./find-ghosts.ts";
import { surveyFlat } from "./flat-survey.ts";
import { hiddenFiles, hiddenPaths } from "./hidden-files.ts";
import type { KnownLayers } from "./known-layers.ts";
import { layerTable } from "./layer-table.ts";
import { largestOf, type Planned } from "./planned.ts";
import { predictFlat } from "./predicted-flat.ts";
import { recommend } from "./recommend.ts";

/** What the analysis of an image needs besides the image. */
export interface AnalysisJob {
  readonly from: Source;
  readonly options: RunOptions;
  /** How many of the largest a list has. */
  readonly most: number;
  /** Layers that were scanned for other images; those of this one are added. */
  readonly known: KnownLayers;
}

/** scan → plan → figures, for one platform's image; its scratch files are removed before the next image is read. */
export async function analyzeImage(image: Image, job: AnalysisJob, run: Context): Promise<ImageAnalysis> {
  const { from, options } = job;
  await using scratch = createScratch(options.scratch);
  const context = { ...run, scratch };
  const layers = await inStage("scan", () => scanUnknown(image, job, context));
  return await planStage({ image, layers }, context, () => {
    const plan = planMerge(layers, planOptions(options, from, context));
    return describeImage(image, { layers, plan }, job.most);
  });
}

async function scanUnknown(
  image: Image,
  { from, options, known }: AnalysisJob,
  context: Context,
): Promise<LayerIndex[]> {
  const found = image.layers.map((layer) => known.get(layer));
  const only = [...found.keys()].filter((number) => found[number] === undefined);
  const lenientTar = options.lenientTar ?? false;
  const scan = { source: from, lenientTar, keep: KEEP_NOTHING, look: true, only };
  const scanned = only.length === 0 ? [] : await scanImage(image, scan, context);
  const layers = found.map((layer, number) => layer ?? (scanned[only.indexOf(number)] as LayerIndex));
  known.remember(layers);
  return layers;
}

/** The figures of one image, whose layers must have been scanned with `look`. */
export function describeImage(image: Image, planned: Planned, most: number): ImageAnalysis {
  const { layers, plan } = planned;
  const gone = hiddenPaths(planned);
  const survey = surveyFlat(planned, (path) => gone.delete(path));
  const { adopted, keptBytes } = survey;
  const files = [...hiddenFiles(planned, adopted)];
  const hidden = hiddenByLayer(plan, layers, adopted);
  const { rewritten, contentSizes, ...efficiency } = diveEfficiency(planned);
  const { all: duplicates, byLayer } = findDuplicates(planned, { adopted, most });
  const lower = layerHides(planned, adopted).filter(({ by, of }) => by !== of);
  const table = layerTable(image, planned, { hidden, lower, contentSizes, keptBytes, duplicates: byLayer });
  const figures = {
    ...describeLayers(image, layers),
    contentSize: contentSizes.reduce((sum, size) => sum + size, 0),
    ...efficiency,
    hidden: sumHidden(hidden),
    flat: predictFlat(planned, keptBytes),
    layers: table,
    rewritten: { count: rewritten.length, largest: largestOf(rewritten, most) },
    hiddenFiles: largestOf(files, most),
    duplicates,
    prunable: survey.prunable,
    ghosts: findGhosts(planned, { files, gone, survey }),
    diagnostics: [...image.diagnostics, ...layerDiagnostics(layers.entries()), ...plan.diagnostics],
  };
  const evidence = {
    image,
    figures,
    base: baseByHistory(image),
    buildTools: survey.buildTools,
    undone: lower.filter(({ size }) => size > 0).sort((a, b) => b.size - a.size || a.of - b.of),
  };
  const advice = advise(evidence);
  return { ...figures, advice, recommendation: recommend(evidence, advice) };
}
