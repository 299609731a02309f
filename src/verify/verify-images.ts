import { countOf } from "../amount.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { StageDescription } from "../progress/stage-progress.ts";
import { watchStage } from "../progress/watch-stage.ts";
import type { Source } from "../transport/contracts.ts";
import type { Latest } from "./clamp-entries.ts";
import { type ConfigAllowance, type ConfigDifference, compareConfigs } from "./compare-configs.ts";
import {
  compareFilesystems,
  type FilesystemComparison,
  type FilesystemSummary,
  summarize,
} from "./compare-filesystems.ts";
import type { SealKey } from "./content-seal.ts";
import { drawSealKey } from "./content-seal.ts";
import type { Difference } from "./differences.ts";
import type { Directory } from "./file-tree.ts";
import { largestFirst } from "./largest-first.ts";
import { leaveOut } from "./leave-out.ts";
import type { View } from "./merge-rules.ts";
import { ReadBudget } from "./read-budget.ts";
import { readFilesystem } from "./read-filesystem.ts";
import { SharedReads } from "./shared-reads.ts";

/** An image where it lies, and whose view of its layers counts. */
export interface PlacedImage {
  readonly image: Image;
  readonly source: Source;
  readonly view: View;
}

export interface VerifyImagesOptions extends ConfigAllowance {
  readonly lenientTar: boolean;
  /** Whether the digests of both filesystems are wanted, for which every content needs a SHA-256; by default not. */
  readonly digests?: boolean | undefined;
  /** Later times of a layer of the source, 0 = bottom, count as this one; none does by default. */
  readonly latest?: ((image: Image, layer: number) => Latest | undefined) | undefined;
  /**
   * Whether it was seen, by this run, that the blobs of an image of the source have their diffIDs; by default not, and
   * so they are looked at.
   */
  readonly knownDiffIds?: ((image: Image) => boolean) | undefined;
  /** Compares no configs, since one side is a root filesystem, which holds none. */
  readonly filesystemOnly?: boolean | undefined;
  /**
   * Paths that were to be left out of an image of the source, one char a byte; none by default. What lies below them is
   * not compared either.
   */
  readonly excluded?: ((image: Image) => readonly string[]) | undefined;
}

/** What was found of one pair of images. */
export interface ImageComparison extends FilesystemComparison {
  readonly equal: boolean;
  readonly config: readonly ConfigDifference[];
  /** How many entries of the source were not compared, since they were to be left out. */
  readonly excluded: number;
}

/**
 * Proves that two images are the same filesystem and the same config, or tells every difference. Reads all layers of
 * both through their transports, and shares with the code that flattens neither the reading of tars nor the merging:
 * what both get wrong would have to be wrong twice.
 * @throws what reading a layer throws
 */
export async function verifyImages(
  before: PlacedImage,
  after: PlacedImage,
  options: VerifyImagesOptions,
  context: Context,
): Promise<ImageComparison> {
  const { digests = false, excluded, latest } = options;
  const { image } = before;
  const knownDiffIds = options.knownDiffIds?.(image) ?? false;
  const toRead = [{ ...before, knownDiffIds, latest: (layer: number) => latest?.(image, layer) }, after] as const;
  const compareBy = async (sealKey: SealKey | undefined) => {
    const [source, flat] = await readTogether(toRead, { ...options, sealKey }, context);
    const leftOut = leaveOut(source, excluded?.(image) ?? []);
    return { ...compareFilesystems(source, flat, { digests }), excluded: leftOut };
  };
  const sealed = digests ? undefined : await compareBy(drawSealKey());
  // Seals say that contents differ, and nothing that could be shown.
  const found = sealed === undefined || sealed.differences.some(isOfContents) ? await compareBy(undefined) : sealed;
  const config = options.filesystemOnly ? [] : compareConfigs(image, after.image, options);
  return { ...found, config, equal: found.differences.length === 0 && config.length === 0 };
}

function isOfContents({ attributes }: Difference): boolean {
  return attributes.some(({ attribute }) => attribute === "content");
}

/** The digest of an image's merged filesystem. @throws what reading a layer throws */
export async function digestImage(
  placed: PlacedImage,
  { lenientTar }: Pick<VerifyImagesOptions, "lenientTar">,
  context: Context,
): Promise<FilesystemSummary> {
  const [root] = await readTogether([placed], { lenientTar, sealKey: undefined }, context);
  return summarize(root);
}

interface ImageToRead extends PlacedImage {
  readonly knownDiffIds?: boolean;
  readonly latest?: (layer: number) => Latest | undefined;
}

interface ReadingRules {
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
}

/** Reads the layers of all images side by side; when one image fails, the reading of the others ends. */
async function readTogether<const Images extends readonly ImageToRead[]>(
  images: Images,
  { lenientTar, sealKey }: ReadingRules,
  context: Context,
): Promise<{ [At in keyof Images]: Directory }> {
  const schedule = largestFirst(context.concurrency);
  const abort = new AbortController();
  const signal = AbortSignal.any([context.signal, abort.signal]);
  const each = { lenientTar, sealKey, schedule, shared: new SharedReads(images.map(({ image }) => image)) };
  const started = images.map((placed) => ({
    knownDiffIds: false,
    ...placed,
    ...each,
    budget: new ReadBudget(context.limits),
  }));
  const budgets = started.map(({ budget }) => budget);
  const count = (): number => budgets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  return watchStage({ description: describe(images), count, report: context.report }, async () => {
    const reads = started.map(({ image, ...reading }) => readFilesystem(image, reading, { ...context, signal }));
    try {
      return (await Promise.all(reads)) as { [At in keyof Images]: Directory };
    } catch (error) {
      abort.abort(error);
      await Promise.allSettled(reads);
      throw error;
    }
  });
}

function describe(images: readonly PlacedImage[]): StageDescription {
  const layers = images.flatMap(({ image }) => image.layers);
  return {
    stage: "verify",
    label: countOf(layers.length, "layer", "layers"),
    platform: images[0] && formatPlatform(images[0].image.platform),
    total: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
  };
}
