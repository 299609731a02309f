import { UsageError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { type Partition, wholeStack } from "../plan/partition.ts";
import { isSquash, type SquashOptions } from "../squash-options.ts";
import { cheapestMerges, joinedRanges, type MergeLimits } from "./cheapest-merges.ts";
import { type LayerRange, layerRanges } from "./layer-range.ts";

/** What decides which layers become one, besides the options. */
export interface PartitionRules extends SquashOptions {
  /** Layers of the base that was found; 0 if none was asked for. */
  readonly baseLayers: number;
  /** Whether to rewrite also layers that are not merged with another one. */
  readonly rewrites: boolean;
  /** The option that leaves something out of the image, which needs a range that reaches the top; none by default. */
  readonly leavesOut?: "--exclude" | "--prune" | undefined;
}

/**
 * Decides which layers of an image are kept and which become one, from their numbers, digests and stored sizes. Pure. A
 * range of one layer is kept, unless `rewrites` is set or it is split; an image without layers gets one (R9.3).
 * @throws UsageError ARGUMENT_INVALID for layers that the image does not have, for a number of layers that cannot be
 * reached, for several ranges to be split, and if something is left out while the topmost layer is kept
 */
export function choosePartition(image: Image, rules: PartitionRules): Partition {
  const { layers } = image;
  const { split: parts = 1 } = rules;
  if (!isSquash(rules) || layers.length === 0) return wholeStack(layers.length, parts);
  const anew = rules.rewrites || parts > 1;
  const chosen = chooseRanges(image, rules).filter(({ first, last }) => anew || first < last);
  const ranges = reachingTop(chosen, layers.length - 1, rules);
  if (rules.leavesOut !== undefined && ranges.at(-1)?.last !== layers.length - 1)
    throw keptAbove(ranges, layers.length - 1, rules);
  if (parts > 1 && ranges.length > 1) {
    throw new UsageError("ARGUMENT_INVALID", `--split is for one range of layers, and --layers names ${ranges.length}`);
  }
  return partitionOf(ranges, layers.length, parts);
}

function chooseRanges(image: Image, rules: PartitionRules): readonly LayerRange[] {
  const { layers, maxLayers, mergeSmallerThan, baseLayers } = rules;
  if (layers !== undefined) return layerRanges(typeof layers === "string" ? [layers] : layers, image);
  const sizes = image.layers.map(({ descriptor }) => descriptor.size);
  if (maxLayers === undefined && mergeSmallerThan === undefined) {
    return sizes.length === baseLayers ? [] : [{ first: baseLayers, last: sizes.length - 1 }];
  }
  const small = mergeSmallerThan === undefined ? [] : smallRuns(sizes, { from: baseLayers, limit: mergeSmallerThan });
  return maxLayers === undefined ? small : mergeMore(small, sizes, { most: maxLayers, from: baseLayers });
}

/**
 * Adds the topmost layer as a range of its own where something is left out, unless `--layers` says which ranges there
 * are.
 */
function reachingTop(
  ranges: readonly LayerRange[],
  top: number,
  { leavesOut, layers, baseLayers }: PartitionRules,
): readonly LayerRange[] {
  const free = leavesOut !== undefined && layers === undefined && top >= baseLayers && ranges.at(-1)?.last !== top;
  return free ? [...ranges, { first: top, last: top }] : ranges;
}

/**
 * Content of the layers above would stay in the image, and could override a whiteout: a secret to be removed might
 * still be there.
 */
function keptAbove(ranges: readonly LayerRange[], top: number, { leavesOut, layers }: PartitionRules): UsageError {
  const first = (ranges.at(-1)?.last ?? -1) + 1;
  const kept = first === top ? `layer ${top}, which is the topmost one,` : `what is in layers ${first} to ${top}`;
  const [option, which, hint] =
    layers === undefined
      ? ["--base", "all layers are the base's", "leave --base out, or name a base with fewer layers"]
      : [
          "--layers",
          `${kept} is kept as it is`,
          `let the range reach up to the top, as ${ranges.at(-1)?.first ?? 0}- does`,
        ];
  return new UsageError("ARGUMENT_INVALID", `${leavesOut} and ${option} contradict each other: ${which}`, {
    details: { hint },
  });
}

/** Runs of adjacent layers, from `from` on, of which each is stored in fewer bytes than `limit`. */
function smallRuns(sizes: readonly number[], { from, limit }: { from: number; limit: number }): LayerRange[] {
  const small = sizes.map((size, layer) => layer >= from && size < limit);
  return joinedRanges(small.slice(1).map((isSmall, below) => isSmall && small[below] === true));
}

/** Merges further, with some ranges given: each of them counts as one layer. */
function mergeMore(settled: readonly LayerRange[], sizes: readonly number[], limits: MergeLimits): LayerRange[] {
  const stretches = stretchesOf(settled, sizes.length);
  const weights = stretches.map(({ first, last }) => sum(sizes.slice(first, last + 1)));
  const merges = cheapestMerges(weights, limits);
  if (merges === undefined) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      `--max-layers ${limits.most}: --base keeps ${limits.from} layers as they are`,
      {
        details: { hint: `give --max-layers ${limits.from + 1} or more, or leave --base out` },
      },
    );
  }
  const merged = merges.map(({ first, last }) => ({
    first: stretches[first]?.first ?? 0,
    last: stretches[last]?.last ?? 0,
  }));
  const others = settled.filter(
    (range) => !merged.some(({ first, last }) => first <= range.first && range.last <= last),
  );
  return [...merged, ...others].sort((a, b) => a.first - b.first);
}

/** The ranges, and every other layer by itself. */
function stretchesOf(ranges: readonly LayerRange[], count: number): LayerRange[] {
  const stretches: LayerRange[] = [];
  for (let layer = 0; layer < count; layer = (stretches.at(-1)?.last ?? layer) + 1) {
    stretches.push(ranges.find(({ first }) => first === layer) ?? { first: layer, last: layer });
  }
  return stretches;
}

function partitionOf(ranges: readonly LayerRange[], count: number, parts: number): Partition {
  return stretchesOf(ranges, count).map((stretch) =>
    ranges.some(({ first }) => first === stretch.first)
      ? { kind: "squash", ...stretch, parts }
      : { kind: "keep", layer: stretch.first },
  );
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
