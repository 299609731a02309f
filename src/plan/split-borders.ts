import { firstFrom } from "../bytes/first-from.ts";

/** What {@link splitBorders} needs to know about an entry. */
export interface CutEntry {
  readonly path: string;
  /** Bytes that it takes in the tar. */
  readonly size: number;
}

/**
 * Where to cut a tar into parts of about the same size: the numbers of the entries that begin a new part, one less than
 * there are parts, or fewer if there are not enough entries.
 *
 * Each border is chosen by itself, within a quarter of a part around the place where it would cut the bytes evenly:
 * where it cuts the fewest directories in two, and among equals before the path with the lowest hash. So a border
 * depends mostly on what is near it: if something changes elsewhere it usually stays at its path, and the other parts
 * keep their bytes.
 */
export function splitBorders(entries: readonly CutEntry[], parts: number): number[] {
  const starts: number[] = [];
  let total = 0;
  for (const { size } of entries) {
    starts.push(total);
    total += size;
  }
  const borders = new Set<number>();
  for (let part = 1; part < parts; part += 1) {
    const border = bestBorder(entries, starts, { ideal: (total * part) / parts, reach: total / parts / 4 });
    if (border !== undefined) borders.add(border);
  }
  return [...borders].sort((a, b) => a - b);
}

interface Window {
  /** In bytes of the tar. */
  readonly ideal: number;
  readonly reach: number;
}

/** The best entry of a window, or the one nearest to its middle if none begins in it. */
function bestBorder(entries: readonly CutEntry[], starts: readonly number[], window: Window): number | undefined {
  const { ideal, reach } = window;
  const first = Math.max(1, firstFrom(starts, ideal - reach));
  let best: { readonly border: number; readonly depth: number; readonly hash: number } | undefined;
  for (let border = first; (starts[border] ?? Number.POSITIVE_INFINITY) <= ideal + reach; border += 1) {
    const path = entries[border]?.path ?? "";
    const depth = depthOf(path);
    if (best !== undefined && depth > best.depth) continue;
    const hash = hashOf(path);
    if (best === undefined || depth < best.depth || hash < best.hash) best = { border, depth, hash };
  }
  if (best !== undefined) return best.border;
  const after = Math.min(first, starts.length - 1);
  const before = Math.max(1, after - 1);
  const nearer = ideal - (starts[before] ?? 0) <= (starts[after] ?? 0) - ideal ? before : after;
  return starts.length > 1 ? nearer : undefined;
}

/** How many directories a border before an entry cuts in two. */
function depthOf(path: string): number {
  return path.split("/").length - 1;
}

/** Lehmer's generator over the bytes: the modulus keeps every product exact. */
function hashOf(path: string): number {
  let hash = 1;
  for (let at = 0; at < path.length; at += 1) hash = ((hash + path.charCodeAt(at)) * 48_271) % 2_147_483_647;
  return (hash * 48_271) % 2_147_483_647;
}
