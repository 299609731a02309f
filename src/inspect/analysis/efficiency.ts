import type { EntryPlace } from "../../plan/tree.ts";
import type { Entry, EntryPath } from "../../tar/entry.ts";
import { parentPath } from "../../tar/path.ts";
import type { RewrittenPath } from "./analysis-result.ts";
import { entryOf, type Planned } from "./planned.ts";

/** The figures that dive computes. docs/analysis.md has the definitions with worked examples. */
export interface Efficiency {
  readonly efficiency: number;
  readonly wastedBytes: number;
  readonly wastedPercent: number;
  /** Those that cost something, in no order. */
  readonly rewritten: readonly RewrittenPath[];
}

/**
 * Efficiency and wasted bytes as dive defines them: of every path its sizes in all layers are added up, where it stands there as anything without children. A whiteout counts as
 * the content of the directory that it removes, or 0 for a file. Where dive's own merge differs from what engines do (opaque directories, directories that no layer lists) the engines' counts.
 */
export function diveEfficiency(planned: Planned): Efficiency {
  const { layers } = planned;
  const repeated = repeatedPaths(planned);
  const removed = removedBelow(planned);
  let [least, all] = [0, 0];
  for (const layer of layers.keys()) {
    for (const { entry, size } of leavesOf(planned, layer, removed)) {
      const sizes = repeated.get(entry.path);
      if (sizes !== undefined) sizes.push({ layer, size });
      else {
        least += size;
        all += size;
      }
    }
  }
  const rewritten: RewrittenPath[] = [];
  for (const [path, sizes] of repeated) {
    const sum = sizes.reduce((total, { size }) => total + size, 0);
    all += sum;
    least += sizes.reduce((smallest, { size }) => Math.min(smallest, size), sum);
    if (sizes.length > 1 && sum > 0) rewritten.push({ path, size: sum, layers: sizes.map(({ layer }) => layer) });
  }
  const wastedBytes = rewritten.reduce((sum, { size }) => sum + size, 0);
  const above = layers.slice(1).reduce((sum, { entries }) => sum + contentOf(entries), 0);
  return {
    efficiency: all === 0 ? 1 : least / all,
    wastedBytes,
    wastedPercent: above === 0 ? 0 : wastedBytes / above,
    rewritten,
  };
}

/** Content of the files among some entries. */
export function contentOf(entries: Iterable<Entry>): number {
  let sum = 0;
  for (const { size } of entries) sum += size;
  return sum;
}

interface SizeInLayer {
  readonly layer: number;
  readonly size: number;
}

/** Every path that more than one layer has or removes: the lower of its entries is hidden, or is a marker itself. Few of all paths. */
function repeatedPaths(planned: Planned): Map<EntryPath, SizeInLayer[]> {
  const paths = new Map<EntryPath, SizeInLayer[]>();
  for (const hidden of planned.plan.hidden) {
    const { type, path } = entryOf(planned, hidden);
    if (type !== "opaque") paths.set(path, []);
  }
  return paths;
}

/** What each whiteout removed besides the path that it names, in bytes, by the place of the whiteout. */
function removedBelow(planned: Planned): Map<string, number> {
  const removed = new Map<string, number>();
  for (const hidden of planned.plan.hidden) {
    const { by } = hidden;
    if (by === undefined) continue;
    const cause = entryOf(planned, by);
    if (cause.type !== "whiteout") continue;
    const { path, size } = entryOf(planned, hidden);
    if (path !== cause.path) removed.set(keyOf(by), (removed.get(keyOf(by)) ?? 0) + size);
  }
  return removed;
}

function keyOf({ layer, ordinal }: EntryPlace): string {
  return `${layer}:${ordinal}`;
}

interface Leaf {
  readonly entry: Entry;
  readonly size: number;
}

/** What stands in a layer without anything below it, with the size that dive gives it; of a path that the layer names twice the last one. */
function* leavesOf({ layers, plan }: Planned, layer: number, removed: ReadonlyMap<string, number>): Generator<Leaf> {
  const { entries = [] } = layers[layer] ?? {};
  const inner = innerDirectories(entries);
  for (const entry of entries) {
    const { type, ordinal } = entry;
    if (type === "opaque" || type === "aufs-file" || entry.path === "" || inner.has(entry.path)) continue;
    if (plan.hidden.find(layer, ordinal)?.reason === "duplicate") continue;
    yield { entry, size: type === "whiteout" ? (removed.get(keyOf({ layer, ordinal })) ?? 0) : entry.size };
  }
}

/** Directories of a layer that have something in them, be they listed or not. */
function innerDirectories(entries: Iterable<Entry>): Set<EntryPath> {
  const inner = new Set<EntryPath>();
  for (const { type, path } of entries) {
    if (type === "opaque") continue;
    for (let at = parentPath(path); path !== "" && !inner.has(at); at = parentPath(at)) inner.add(at);
  }
  return inner;
}
