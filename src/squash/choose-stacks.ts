import { UsageError } from "../errors.ts";
import type { FlattenOptions } from "../flatten-options.ts";
import type { Image } from "../image/image.ts";
import { type Compression, layerCompression } from "../oci/media-type.ts";
import { type Partition, wholeStack } from "../plan/partition.ts";
import type { SquashOptions } from "../squash-options.ts";
import type { Destination } from "../transport/contracts.ts";
import { choosePartition } from "./choose-partition.ts";
import type { BaseFinder } from "./find-base.ts";
import type { FoundBase } from "./found-base.ts";

/** An image, and what becomes of its layers. */
export interface ChosenStack {
  readonly image: Image;
  readonly partition: Partition;
  readonly base: FoundBase | undefined;
}

/** The images of a run, and the options for them. */
export interface StackChoice {
  readonly images: readonly Image[];
  /** Defined if a base is asked for. */
  readonly bases: BaseFinder | undefined;
  readonly options: FlattenOptions;
  /** The destination, if it is known yet. */
  readonly to?: Pick<Destination, "reference" | "accepts"> | undefined;
}

/**
 * Decides for each image which of its layers are kept and which become one, as the options say; reads the base that
 * they name.
 * @throws UsageError ARGUMENT_INVALID, and what finding a base throws
 */
export async function chooseStacks({ images, bases, options, to }: StackChoice): Promise<ChosenStack[]> {
  const { canonical = false, rewriteTimestamp = false, exclude = [], prune = [] } = options;
  const leavesOut = exclude.length > 0 ? "--exclude" : prune.length > 0 ? "--prune" : undefined;
  const rewrites = canonical || rewriteTimestamp || leavesOut !== undefined;
  const stacks: ChosenStack[] = [];
  for (const image of images) {
    const base = await bases?.find(image);
    const chosen = choosePartition(image, { ...options, baseLayers: base?.layers ?? 0, rewrites, leavesOut });
    if (to?.accepts.filesystemOnly && isSeveral(chosen)) throw hasNoLayers(to, options);
    // A layer that is kept may hold whiteouts, a filesystem may not.
    const partition = to?.accepts.filesystemOnly ? wholeStack(image.layers.length) : chosen;
    stacks.push({ image, partition, base });
  }
  return stacks;
}

function isSeveral(partition: Partition): boolean {
  return partition.length > 1 || partition.some((stretch) => stretch.kind === "squash" && (stretch.parts ?? 1) > 1);
}

function hasNoLayers({ reference }: Pick<Destination, "reference">, options: SquashOptions): UsageError {
  const asked = SQUASH_FLAGS.filter(([name]) => options[name] !== undefined).map(([, flag]) => flag);
  const message = `${asked.join(", ")} and ${reference.text} contradict each other: a root filesystem has no layers`;
  return new UsageError("ARGUMENT_INVALID", message);
}

const SQUASH_FLAGS = [
  ["layers", "--layers"],
  ["base", "--base"],
  ["maxLayers", "--max-layers"],
  ["mergeSmallerThan", "--merge-smaller-than"],
  ["split", "--split"],
] as const satisfies readonly (readonly [keyof SquashOptions, string])[];

/** The compressions of the kept layers, without those that the destination does not accept. */
export function keptCompressions(stacks: readonly ChosenStack[], { accepts }: Destination): Compression[] {
  const kept = stacks.flatMap(({ image, partition }) =>
    partition.flatMap((stretch) => (stretch.kind === "keep" ? [image.layers[stretch.layer]] : [])),
  );
  const found = kept.flatMap((layer) => layerCompression(layer?.descriptor.mediaType ?? "") ?? []);
  return found.filter((compression) => accepts.compressions.has(compression));
}

/** Whether the base that was found is the one that the image's annotations name, so that they stay true. */
export function namesBase({ manifest }: Image, { how, digest }: FoundBase): boolean {
  const annotated = manifest.json.annotations?.["org.opencontainers.image.base.digest"];
  return how === "annotation" || (digest !== undefined && digest === annotated);
}
