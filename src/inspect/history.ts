import { createScratch } from "../bytes/scratch.ts";
import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import { formatPlatform } from "../oci/platform.ts";
import { planMerge } from "../plan/plan-merge.ts";
import { planOptions, startRun } from "../run.ts";
import type { ScanKeep } from "../scan/kept-bytes.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import { scanImage } from "../scan/scan-image.ts";
import type { Source } from "../transport/contracts.ts";
import { openSource } from "../transport/open-source.ts";
import { hiddenByLayer, sumHidden } from "./hidden-summary.ts";
import { historyLayers } from "./history-layers.ts";
import type { HistoryResult, ImageHistory } from "./history-result.ts";
import { historySteps } from "./history-steps.ts";

/**
 * Tells how the image of a source came to be, or every image of its index: the steps of its config, newest first, with the layer that each made, and what the layers
 * above hide of it. Reads every layer, writes nothing.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function history(source: string, options: RunOptions = {}): Promise<HistoryResult> {
  await using run = startRun(options);
  const { context } = run;
  await using from = await inStage("open", () => openSource(source, context, options));
  const loaded = await inStage("open", () => loadImages(from, { platforms: options.platforms, all: true }, context));
  const images: ImageHistory[] = [];
  for (const image of loaded.images) images.push(await imageHistory(image, { from, options }, context));
  return {
    source: from.reference.text,
    names: from.names,
    digest: loaded.root.digest,
    mediaType: loaded.root.mediaType,
    images,
    diagnostics: [...from.diagnostics, ...loaded.diagnostics],
  };
}

/** Entries tell all that is asked here: no bytes of a layer are read again. */
const NOTHING: ScanKeep = { tar: false, blobs: undefined };

interface Job {
  readonly from: Source;
  readonly options: RunOptions;
}

/** scan → plan, for one platform's image; its scratch files go before the next one's come. */
async function imageHistory(image: Image, { from, options }: Job, run: Context): Promise<ImageHistory> {
  await using scratch = createScratch(options.scratch);
  const context = { ...run, scratch };
  const layers = await inStage("scan", () =>
    scanImage(image, { source: from, lenientTar: options.lenientTar ?? false, keep: NOTHING }, context),
  );
  const plan = await inStage("plan", () => planMerge(layers, planOptions(options, from, context)));
  const hidden = hiddenByLayer(plan, layers);
  const sum = (count: (layer: LayerIndex) => number): number => layers.reduce((total, each) => total + count(each), 0);
  return {
    platform: formatPlatform(image.platform),
    manifest: image.manifest.descriptor.digest,
    config: image.config.descriptor.digest,
    size: sum(({ descriptor }) => descriptor.size),
    uncompressedSize: sum(({ size }) => size),
    entries: sum(({ entries }) => entries.length),
    hidden: sumHidden(hidden),
    flat: { entries: plan.entryCount, uncompressedSize: plan.size },
    steps: historySteps(image.config.json.history ?? [], historyLayers(layers, hidden)),
    diagnostics: [
      ...image.diagnostics,
      ...layers.flatMap(({ diagnostics }, layer) => diagnostics.map((found) => ({ ...found, layer }))),
      ...plan.diagnostics,
    ],
  };
}
