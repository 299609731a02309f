import type { EntryPath } from "../../tar/entry.ts";
import { parentPath } from "../../tar/path.ts";
import { entryAt, placeKey } from "../entry-place.ts";
import type { RewrittenPath } from "./analysis-result.ts";
import type { Planned } from "./planned.ts";

/** The figures that dive computes. docs/analysis.md has the definitions with worked examples. */
export interface Efficiency {
  readonly efficiency: number;
  readonly wastedBytes: number;
  readonly wastedPercent: number;
  /** Those with a size above 0, in no particular order. */
  readonly rewritten: readonly RewrittenPath[];
  /** Content of the files of each layer, bottom first. */
  readonly contentSizes: readonly number[];
}

/**
 * Efficiency and wasted bytes as dive defines them: the sizes of every path are added up over all layers in which it is
 * a leaf, that is, has nothing below it. A whiteout counts as the content of the directory that it removes, or 0 for a
 * file. If dive merges differently than engines (opaque directories, directories that no layer lists), this does as
 * engines do.
 */
export function diveEfficiency(planned: Planned): Efficiency {
  const { layers } = planned;
  const repeated = repeatedPaths(planned);
  const removed = removedBelow(planned);
  const sums = layers.map((_, layer) => sumLeaves(planned, layer, { repeated, removed }));
  let least = sums.reduce((sum, { single }) => sum + single, 0);
  let all = least;
  const rewritten: RewrittenPath[] = [];
  for (const [path, sizes] of repeated) {
    const sum = sizes.reduce((total, { size }) => total + size, 0);
    all += sum;
    least += sizes.reduce((smallest, { size }) => Math.min(smallest, size), sum);
    if (sizes.length > 1 && sum > 0) rewritten.push({ path, size: sum, layers: sizes.map(({ layer }) => layer) });
  }
  const wastedBytes = rewritten.reduce((sum, { size }) => sum + size, 0);
  const contentSizes = sums.map(({ content }) => content);
  const above = contentSizes.slice(1).reduce((sum, size) => sum + size, 0);
  return {
    efficiency: all === 0 ? 1 : least / all,
    wastedBytes,
    wastedPercent: above === 0 ? 0 : wastedBytes / above,
    rewritten,
    contentSizes,
  };
}

interface SizeInLayer {
  readonly layer: number;
  readonly size: number;
}

type RepeatedPaths = ReadonlyMap<EntryPath, SizeInLayer[]>;

/**
 * Every path that several layers have or remove, or one layer has twice: its lower entry is hidden, or is a marker.
 * These are few of all paths.
 */
function repeatedPaths(planned: Planned): RepeatedPaths {
  const paths = new Map<EntryPath, SizeInLayer[]>();
  for (const hidden of planned.plan.hidden) {
    const { type, path } = entryAt(planned, hidden);
    if (type !== "opaque") paths.set(path, []);
  }
  return paths;
}

/** Bytes that each whiteout removed below the path that it names, by the place of the whiteout. */
function removedBelow(planned: Planned): Map<string, number> {
  const removed = new Map<string, number>();
  for (const hidden of planned.plan.hidden) {
    const { by } = hidden;
    if (by === undefined) continue;
    const cause = entryAt(planned, by);
    if (cause.type !== "whiteout") continue;
    const { path, size } = entryAt(planned, hidden);
    if (path !== cause.path) removed.set(placeKey(by), (removed.get(placeKey(by)) ?? 0) + size);
  }
  return removed;
}

interface LeafInput {
  readonly repeated: RepeatedPaths;
  readonly removed: ReadonlyMap<string, number>;
}

interface LeafSums {
  /** Bytes of the leaves whose path occurs only once in all layers. */
  readonly single: number;
  /** Bytes of all files. */
  readonly content: number;
}

/**
 * Adds up the leaves of a layer. The sizes of paths that occur more than once, as dive counts them, are added to
 * `repeated`; if the layer has a path twice, the last one. One walk over the entries is enough: an entry that only
 * later turns out not to be a leaf is a directory, whose size is 0, or its path occurs twice.
 */
function sumLeaves({ layers, plan }: Planned, layer: number, { repeated, removed }: LeafInput): LeafSums {
  let [single, content] = [0, 0];
  const inner = new Set<EntryPath>();
  const undecided: { readonly path: EntryPath; readonly size: number; readonly sizes: SizeInLayer[] }[] = [];
  for (const { type, path, size, ordinal } of layers[layer]?.entries ?? []) {
    content += size;
    if (type === "opaque") continue;
    for (let at = parentPath(path); path !== "" && !inner.has(at); at = parentPath(at)) inner.add(at);
    const sizes = repeated.get(path);
    if (sizes === undefined) single += inner.has(path) ? 0 : size;
    else if (type !== "aufs-file" && plan.hidden.find(layer, ordinal)?.reason !== "duplicate") {
      const counted = type === "whiteout" ? (removed.get(placeKey({ layer, ordinal })) ?? 0) : size;
      undecided.push({ path, size: counted, sizes });
    }
  }
  for (const { path, size, sizes } of undecided) if (path !== "" && !inner.has(path)) sizes.push({ layer, size });
  return { single, content };
}
