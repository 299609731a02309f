import type { LayerRange } from "./layer-range.ts";

/** The limits of the merges of a stack. */
export interface MergeLimits {
  /** The most layers that may be left. */
  readonly most: number;
  /** This layer and those above it may be merged; those below stay. */
  readonly from: number;
}

/**
 * The merges of adjacent layers that leave at most `most` layers at the least cost, which is the total size of all
 * layers that are merged. Among equally cheap ways, the one that leaves more of the lower layers, which other images
 * are more likely to share.
 * Cost: layers × layers to be removed.
 * @returns the ranges that become one layer each, from the bottom up; undefined when that many layers cannot be reached
 */
export function cheapestMerges(sizes: readonly number[], { most, from }: MergeLimits): LayerRange[] | undefined {
  const removed = Math.max(0, sizes.length - most);
  if (removed > sizes.length - 1 - from && removed > 0) return undefined;
  const joints = bestJoints(sizes.slice(from), removed);
  return joinedRanges(joints).map(({ first, last }) => ({ first: first + from, last: last + from }));
}

/**
 * For each layer except the lowest, whether it is merged with the one below: true for `removed` of them, at the least
 * cost.
 */
function bestJoints(sizes: readonly number[], removed: number): boolean[] {
  const table = new JointTable(sizes, removed);
  const joints: boolean[] = [];
  let rest = removed;
  let joined = false;
  for (let layer = 1; layer < sizes.length; layer += 1) {
    joined = table.joins(layer, rest, joined);
    joints.push(joined);
    if (joined) rest -= 1;
  }
  return joints;
}

/**
 * The least cost of a layer and those above it, by how many joints must still be made and whether the layer below is
 * joined to the one below that.
 */
class JointTable {
  readonly #sizes: readonly number[];
  readonly #width: number;
  readonly #costs: Float64Array;

  constructor(sizes: readonly number[], removed: number) {
    this.#sizes = sizes;
    this.#width = (removed + 1) * 2;
    this.#costs = new Float64Array((sizes.length + 1) * this.#width).fill(Number.POSITIVE_INFINITY);
    for (const joined of [false, true]) this.#costs[this.#at(sizes.length, 0, joined)] = 0;
    for (let layer = sizes.length - 1; layer >= 1; layer -= 1) {
      for (let rest = 0; rest <= removed; rest += 1) {
        for (const joined of [false, true]) {
          const best = Math.min(this.#apart(layer, rest), this.#together(layer, rest, joined));
          this.#costs[this.#at(layer, rest, joined)] = best;
        }
      }
    }
  }

  /** Whether the best way joins a layer to the one below it. */
  joins(layer: number, rest: number, joined: boolean): boolean {
    return this.#together(layer, rest, joined) < this.#apart(layer, rest);
  }

  #apart(layer: number, rest: number): number {
    return this.#costs[this.#at(layer + 1, rest, false)] ?? 0;
  }

  #together(layer: number, rest: number, joined: boolean): number {
    if (rest === 0) return Number.POSITIVE_INFINITY;
    const below = joined ? 0 : (this.#sizes[layer - 1] ?? 0);
    return below + (this.#sizes[layer] ?? 0) + (this.#costs[this.#at(layer + 1, rest - 1, true)] ?? 0);
  }

  #at(layer: number, rest: number, joined: boolean): number {
    return layer * this.#width + rest * 2 + (joined ? 1 : 0);
  }
}

/** The ranges of joined layers; `joints` says of each layer except the lowest whether it is joined to the one below. */
export function joinedRanges(joints: readonly boolean[]): LayerRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const [at, joined] of joints.entries()) {
    const open = ranges.at(-1);
    if (!joined) continue;
    if (open?.last === at) open.last = at + 1;
    else ranges.push({ first: at, last: at + 1 });
  }
  return ranges;
}
