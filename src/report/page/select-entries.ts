import { type FileModel, ghostPaths } from "./file-model.ts";

/** Which entries the table shows. */
export interface EntryFilter {
  /** Words that all must occur in the path. */
  readonly query: string;
  readonly layer: number | undefined;
  readonly state: EntryState;
  /** Only this path and what is below it; 0 for all. */
  readonly below: number;
}

export type EntryState = "all" | "kept" | "hidden" | "ghosts";

/** What the table can be sorted by. */
export type SortKey = "path" | "type" | "size" | "layer" | "state" | "mode" | "owner" | "time";

export interface SortOrder {
  readonly key: SortKey;
  readonly descending: boolean;
}

/**
 * Filters and sorts entries; each order is computed once and kept, so that a search takes one pass.
 */
export class EntrySelection {
  /** How many paths are ghosts. */
  readonly ghosts: number;
  readonly #model: FileModel;
  readonly #orders = new Map<SortKey, Uint32Array>();
  readonly #ghosts: Uint8Array;

  constructor(model: FileModel) {
    this.#model = model;
    this.#ghosts = ghostPaths(model);
    this.ghosts = this.#ghosts.reduce((sum, ghost) => sum + ghost, 0);
  }

  isGhost(path: number): boolean {
    return this.#ghosts[path] === 1;
  }

  /** Numbers of the entries that pass the filter, sorted. */
  select(filter: EntryFilter, { key, descending }: SortOrder): Uint32Array {
    const passes = this.#test(filter);
    const order = this.#order(key);
    const found = new Uint32Array(order.length);
    let length = 0;
    for (let at = 0; at < order.length; at += 1) {
      const entry = order[descending ? order.length - 1 - at : at] ?? 0;
      if (passes(entry)) found[length++] = entry;
    }
    return found.subarray(0, length);
  }

  #test({ query, layer, state, below }: EntryFilter): (entry: number) => boolean {
    const { lowered, paths, ends, columns, gone } = this.#model;
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const end = ends[below] ?? 0;
    return (entry) => {
      const path = paths[entry] ?? 0;
      if (path < below || path >= end) return false;
      if (layer !== undefined && columns.layers[entry] !== layer) return false;
      if (state === "kept" && gone[entry] !== 0) return false;
      if (state === "hidden" && gone[entry] === 0) return false;
      if (state === "ghosts" && this.#ghosts[path] !== 1) return false;
      return words.length === 0 || words.every((word) => (lowered[path] ?? "").includes(word));
    };
  }

  #order(key: SortKey): Uint32Array {
    const known = this.#orders.get(key);
    if (known !== undefined) return known;
    const keys = this.#keys(key);
    const order = new Uint32Array(keys.length).map((_, entry) => entry);
    if (key !== "path") order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    this.#orders.set(key, order);
    return order;
  }

  #keys(key: SortKey): Float64Array {
    const { columns, paths } = this.#model;
    switch (key) {
      case "path":
        return Float64Array.from(paths);
      case "type":
        return Float64Array.from(columns.typeNumbers);
      case "size":
        return Float64Array.from(columns.sizes);
      case "layer":
        return Float64Array.from(columns.layers);
      case "state":
        return Float64Array.from(columns.reasonNumbers);
      case "mode":
        return Float64Array.from(columns.modes);
      case "owner":
        return Float64Array.from(columns.uids, (uid, entry) => uid + (columns.gids[entry] ?? 0) / 2 ** 33);
      case "time":
        return Float64Array.from(columns.times);
    }
  }
}
