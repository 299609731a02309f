import { createScratch } from "../../bytes/scratch.ts";
import type { Context } from "../../context.ts";
import { inStage } from "../../errors.ts";
import type { FlattenOptions } from "../../flatten-options.ts";
import type { Image } from "../../image/image.ts";
import type { Compression } from "../../oci/media-type.ts";
import { formatPlatform } from "../../oci/platform.ts";
import { type PlannedLayer, planDiagnostics, planStack } from "../../plan/plan-stack.ts";
import { planStage } from "../../progress/plan-stage.ts";
import { planOptions } from "../../run.ts";
import { KEEP_NOTHING } from "../../scan/kept-bytes.ts";
import { layerDiagnostics } from "../../scan/layer-diagnostics.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { scanImage } from "../../scan/scan-image.ts";
import type { ChosenStack } from "../../squash/choose-stacks.ts";
import type { Source } from "../../transport/contracts.ts";
import { adoptedContent } from "../adopted-content.ts";
import type { HiddenFile } from "../analysis/analysis-result.ts";
import { hiddenFiles } from "../analysis/hidden-files.ts";
import { largestOf } from "../analysis/planned.ts";
import { hiddenByLayer, sumHidden } from "../hidden-summary.ts";
import { historyLayers } from "../history-layers.ts";
import type { HiddenSummary } from "../history-result.ts";
import { layerSteps } from "../history-steps.ts";
import type { ImagePlan, SourceLayerPlan } from "./flatten-plan.ts";
import { describeResult, type PlannedResult } from "./result-layers.ts";

/** What planning needs besides an image, the same for all images. */
export interface DryRun {
  readonly from: Source;
  readonly options: FlattenOptions;
  /** How many of the largest hidden files are listed. */
  readonly most: number;
}

/** A stack of layers, and what would become of it. */
export interface PlannedStack extends ChosenStack {
  /** That of the new layers; undefined if it depends on the source's layers. */
  readonly compression: Compression | undefined;
}

/** scan → plan, for one platform's image. Keeps no bytes of layers. */
export async function planImage(
  { image, partition, base, compression }: PlannedStack,
  { from, options, most }: DryRun,
  run: Context,
): Promise<ImagePlan> {
  await using scratch = createScratch(options.scratch);
  const context = { ...run, scratch };
  const scanOptions = { source: from, lenientTar: options.lenientTar ?? false, keep: KEEP_NOTHING, later: true };
  const layers = await inStage("scan", () => scanImage(image, scanOptions, context));
  return await planStage({ image, layers }, context, () => {
    const planned = planStack(layers, partition, planOptions(options, from, context));
    const made = planned.flatMap((layer) => (layer.kind === "made" ? [layer] : []));
    const last = made.at(-1)?.plan;
    const result = planned.map((layer) => describeResult(layer, layers, compression));
    const hidden = hiddenOf(made, layers);
    return {
      platform: formatPlatform(image.platform),
      manifest: image.manifest.descriptor.digest,
      config: image.config.descriptor.digest,
      alreadyFlat: made.length === planned.length && made.every(({ plan }) => plan.alreadyFlat),
      ...(base !== undefined && { base }),
      size: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
      uncompressedSize: layers.reduce((sum, { size }) => sum + size, 0),
      layers: sourceLayers(image, { layers, hidden, result }),
      result: result.map(({ layer }) => layer),
      hidden: sumHidden(hidden),
      hiddenFiles: largestOf(filesOf(made, layers), most),
      ...(last?.exclusions && { excluded: last.exclusions.rules }),
      diagnostics: [...image.diagnostics, ...layerDiagnostics(layers.entries()), ...planned.flatMap(planDiagnostics)],
    };
  });
}

type MadeLayer = PlannedLayer & { readonly kind: "made" };

/** Hidden entries by layer; none for kept layers, which are not changed. */
function hiddenOf(made: readonly MadeLayer[], layers: readonly LayerIndex[]): HiddenSummary[] {
  const last = made.at(-1);
  if (last === undefined) return layers.map(() => sumHidden([]));
  const all = hiddenByLayer(last.plan, layers);
  return all.map((hidden, number) => (isMade(made, number) ? hidden : sumHidden([])));
}

function isMade(made: readonly MadeLayer[], number: number): boolean {
  return made.some(({ first, last }) => first <= number && number <= last);
}

/** The hidden files of all layers that are not kept. */
function filesOf(made: readonly MadeLayer[], layers: readonly LayerIndex[]): HiddenFile[] {
  const plan = made.at(-1)?.plan;
  if (plan === undefined) return [];
  const files = [...hiddenFiles({ layers, plan }, adoptedContent(plan))];
  return files.filter(({ layer }) => isMade(made, layer));
}

interface Found {
  readonly layers: readonly LayerIndex[];
  readonly hidden: readonly HiddenSummary[];
  readonly result: readonly PlannedResult[];
}

function sourceLayers(image: Image, { layers, hidden, result }: Found): SourceLayerPlan[] {
  const steps = layerSteps(image);
  return historyLayers(layers, hidden).map((layer) => {
    const { number, digest, diffId, size, uncompressedSize } = layer;
    const createdBy = steps[number]?.created_by;
    const copied = result.reduce((sum, { copiedFrom }) => sum + (copiedFrom[number] ?? 0), 0);
    const common = { number, digest, diffId, createdBy, size, uncompressedSize, copied, hidden: layer.hidden };
    return { ...common, entries: layer.entries - layer.hidden.entries };
  });
}
