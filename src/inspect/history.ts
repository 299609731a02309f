import { createScratch } from "../bytes/scratch.ts";
import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import { planMerge } from "../plan/plan-merge.ts";
import { planStage } from "../progress/plan-stage.ts";
import { planOptions, startRun } from "../run.ts";
import { KEEP_NOTHING } from "../scan/kept-bytes.ts";
import { scanImage } from "../scan/scan-image.ts";
import type { Source } from "../transport/contracts.ts";
import { openSource } from "../transport/open-source.ts";
import { typedServers } from "../transport/typed-servers.ts";
import { describeHistory } from "./describe-history.ts";
import type { HistoryResult, ImageHistory } from "./history-result.ts";

/**
 * Describes the history of a source's image, or of every image of its index: the steps in the config, newest first,
 * with the layer that each made and how much of it upper layers hide. Reads every layer, writes nothing.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function history(source: string, options: RunOptions = {}): Promise<HistoryResult> {
  await using run = startRun(options, {});
  const { context } = run;
  await using from = await inStage("open", () =>
    openSource(source, context, typedServers(options, { sources: [source] })),
  );
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

interface Job {
  readonly from: Source;
  readonly options: RunOptions;
}

/** scan → plan, for one platform's image; its scratch files are removed before the next image is read. */
async function imageHistory(image: Image, { from, options }: Job, run: Context): Promise<ImageHistory> {
  await using scratch = createScratch(options.scratch);
  const context = { ...run, scratch };
  const layers = await inStage("scan", () =>
    scanImage(image, { source: from, lenientTar: options.lenientTar ?? false, keep: KEEP_NOTHING }, context),
  );
  const plan = await planStage({ image, layers }, context, () =>
    planMerge(layers, planOptions(options, from, context)),
  );
  return describeHistory({ image, layers, plan });
}
