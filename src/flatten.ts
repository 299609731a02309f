import { chunksOf } from "./bytes/chunks-of.ts";
import { createScratch } from "./bytes/scratch.ts";
import type { Context } from "./context.ts";
import { createEncoder } from "./encode/encoders.ts";
import { inStage } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { describeFlattened, type FinishedImage, type FlattenedImage, type FlattenResult } from "./flatten-result.ts";
import { chooseCompression } from "./image/choose-compression.ts";
import { chooseFamily } from "./image/choose-family.ts";
import type { Image } from "./image/image.ts";
import { type LoadedImages, loadImages } from "./image/load-images.ts";
import { rewriteConfig } from "./image/rewrite-config.ts";
import { rewriteIndex } from "./image/rewrite-index.ts";
import { rewriteManifest } from "./image/rewrite-manifest.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Compression, Family } from "./oci/media-type.ts";
import type { MergePlan } from "./plan/merge-plan.ts";
import { planMerge } from "./plan/plan-merge.ts";
import { planOptions, startRun } from "./run.ts";
import type { LayerIndex } from "./scan/layer-index.ts";
import { scanImage } from "./scan/scan-image.ts";
import type { Destination, EncodedLayer, Source } from "./transport/contracts.ts";
import { openDestination, openSource, resultNames } from "./transport/open.ts";

/**
 * Flattens an image, or every image of an index: all layers of each become one with the same filesystem, and the config stays but for what must change.
 * `source` and `destination` are references (`docker-archive:PATH[:NAME]`, `oci:DIR[:TAG]`, `oci-archive:PATH[:TAG]`, a path, `-`).
 * Success means that the destination holds the whole result; after an error or an abort it is as it was before. The source is never changed.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function flatten(
  source: string,
  destination: string,
  options: FlattenOptions = {},
): Promise<FlattenResult> {
  const begun = performance.now();
  await using run = startRun(options);
  const { context } = run;
  await using from = await inStage("open", () => openSource(source, context));
  const naming = { like: from.reference, tags: options.tags, sourceNames: from.names };
  await using to = await inStage("open", () =>
    openDestination(destination, { force: options.force ?? false, ...naming }, context),
  );
  const loaded = await inStage("open", () =>
    loadImages(from, { platforms: options.platforms, all: to.accepts.index }, context),
  );
  const compression = chooseCompression(loaded.images, to.accepts, options.compression);
  const { family, diagnostics } = chooseFamily(loaded.images, to.accepts, compression);
  const job: Job = { from, to, options, compression, family };

  const flattened: Flattened[] = [];
  for (const image of loaded.images) flattened.push(await flattenImage(image, job, context));

  const root = await inStage("write", () => writeRoot(loaded, flattened, job));
  const names = resultNames(to.reference, options.tags, from.names);
  const reference = await inStage("write", () => to.commit(root, names));
  return {
    source: from.reference.text,
    destination: reference.text,
    tags: names,
    digest: root.digest,
    mediaType: root.mediaType,
    images: flattened.map(({ report }) => report),
    diagnostics: [...from.diagnostics, ...loaded.diagnostics, ...diagnostics],
    milliseconds: performance.now() - begun,
  };
}

/** What all images of one run share. */
interface Job {
  readonly from: Source;
  readonly to: Destination;
  readonly options: FlattenOptions;
  readonly compression: Compression;
  readonly family: Family;
}

interface Flattened {
  readonly image: Image;
  readonly manifest: Descriptor;
  readonly report: FlattenedImage;
}

/** scan → plan → encode → write, for one platform's image; its scratch files go before the next one's come. */
async function flattenImage(image: Image, job: Job, run: Context): Promise<Flattened> {
  await using scratch = createScratch(job.options.scratch);
  const context = { ...run, scratch };
  const layers = await inStage("scan", () =>
    scanImage(image, { source: job.from, lenientTar: job.options.lenientTar ?? false }, context),
  );
  const plan = await inStage("plan", () => planMerge(layers, planOptions(job.options, context)));
  const layer = await inStage("encode", () => writeLayer({ plan, layers }, job, context));
  return inStage("write", () => writeDocuments({ image, layers, plan, layer }, job));
}

/** A layer that is flat already, and compressed as is wanted, is copied as the blob that it is. */
async function writeLayer(
  input: { plan: MergePlan; layers: readonly LayerIndex[] },
  job: Job,
  context: Context,
): Promise<EncodedLayer> {
  const { plan, layers } = input;
  const [only] = layers;
  if (plan.alreadyFlat && only?.compression === job.compression && job.options.compressionLevel === undefined) {
    const { compression, descriptor, diffId, size } = only;
    await job.to.writeBlob(descriptor, () => job.from.readBlob(descriptor));
    const copied = { verbatim: size, stored: 0, recompressed: 0 };
    return { compression, digest: descriptor.digest, size: descriptor.size, diffId, uncompressedSize: size, copied };
  }
  const encoder = createEncoder(job.compression, job.options.compressionLevel);
  return job.to.writeLayer(() => encoder.encode({ plan, tars: layers.map((layer) => layer.tar) }, context));
}

async function writeDocuments(
  done: Pick<FinishedImage, "image" | "layers" | "plan" | "layer">,
  job: Job,
): Promise<Flattened> {
  const { image, layers, plan, layer } = done;
  const { family, options, to } = job;
  const config = rewriteConfig(image, {
    diffId: layer.diffId,
    family,
    history: options.history,
    created: options.created,
  });
  await to.writeBlob(config.descriptor, () => chunksOf(config.bytes));
  const { manifest, diagnostics } = rewriteManifest(image, { family, config: config.descriptor, layer });
  await to.writeManifest(manifest);
  const scanned = layers.flatMap(({ diagnostics }, number) =>
    diagnostics.map((found) => ({ ...found, layer: number })),
  );
  const all = [...image.diagnostics, ...scanned, ...plan.diagnostics, ...diagnostics];
  const report = describeFlattened({
    ...done,
    config: config.descriptor,
    manifest: manifest.descriptor,
    diagnostics: all,
  });
  return { image, manifest: manifest.descriptor, report };
}

/** The manifest of the only image, or an index of all. */
async function writeRoot(loaded: LoadedImages, flattened: readonly Flattened[], job: Job): Promise<Descriptor> {
  const [first] = flattened;
  if (loaded.index === undefined && first !== undefined) return first.manifest;
  if (loaded.index === undefined) throw new Error("no image was loaded");
  const manifests = new Map(flattened.map(({ image, manifest }) => [image.manifest.descriptor.digest, manifest]));
  const { root, indexes } = rewriteIndex(loaded.index, { family: job.family, manifests });
  for (const index of indexes) await job.to.writeManifest(index);
  return root;
}
