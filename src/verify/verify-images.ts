import { countOf } from "../amount.ts";
import type { Context } from "../context.ts";
import { inImage } from "../errors.ts";
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

/** An image, its source, and the engine whose view of its layers counts. */
export interface PlacedImage {
  readonly image: Image;
  readonly source: Source;
  readonly view: View;
}

export interface VerifyImagesOptions extends ConfigAllowance {
  readonly lenientTar: boolean;
  /** Whether to compute the digests of both filesystems, which need a SHA-256 of every content; by default not. */
  readonly digests?: boolean | undefined;
  /** Whether other images follow, for which threads are kept; by default not, so that idle ones end. */
  readonly moreFollow?: boolean | undefined;
  /** Later times in a layer of the source (0 = bottom) count as this one; no limit by default. */
  readonly latest?: ((image: Image, layer: number) => Latest | undefined) | undefined;
  /**
   * Whether this run has already verified the diffIDs of an image of the source; by default not, so that they are
   * verified.
   */
  readonly knownDiffIds?: ((image: Image) => boolean) | undefined;
  /** Compares no configs, since one side is a root filesystem, which has none. */
  readonly filesystemOnly?: boolean | undefined;
  /**
   * Paths that were to be left out of an image of the source, one char a byte; none by default. What is below them is
   * not compared either.
   */
  readonly excluded?: ((image: Image) => readonly string[]) | undefined;
}

/** The result for one pair of images. */
export interface ImageComparison extends FilesystemComparison {
  readonly equal: boolean;
  readonly config: readonly ConfigDifference[];
  /** How many entries of the source were not compared, since they were to be left out. */
  readonly excluded: number;
}

/**
 * Proves that two images have the same filesystem and the same config, or returns every difference. Reads all layers of
 * both through their transports, with a tar reader and a merge of its own: to go unnoticed, a bug of flatten would have
 * to be here as well.
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
  // Seals show only that contents differ: for a report their digests are needed.
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
  { lenientTar, moreFollow }: Pick<VerifyImagesOptions, "lenientTar" | "moreFollow">,
  context: Context,
): Promise<FilesystemSummary> {
  const [root] = await readTogether([placed], { lenientTar, sealKey: undefined, moreFollow }, context);
  return summarize(root);
}

interface ImageToRead extends PlacedImage {
  readonly knownDiffIds?: boolean;
  readonly latest?: (layer: number) => Latest | undefined;
}

interface ReadingRules {
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
  /** See {@link VerifyImagesOptions}. */
  readonly moreFollow?: boolean | undefined;
}

/** Reads the layers of all images in parallel; if one image fails, the reading of the others is aborted. */
async function readTogether<const Images extends readonly ImageToRead[]>(
  images: Images,
  { lenientTar, sealKey, moreFollow = false }: ReadingRules,
  context: Context,
): Promise<{ [At in keyof Images]: Directory }> {
  // The merge of the last layers takes most memory: idle threads would keep theirs.
  const rest = (): Promise<void> => context.workers.rest();
  const schedule = largestFirst(context.concurrency, moreFollow ? undefined : rest);
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
    const reads = started.map(({ image, ...reading }) =>
      inImage(reading.source.reference.text, () => readFilesystem(image, reading, { ...context, signal })),
    );
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
