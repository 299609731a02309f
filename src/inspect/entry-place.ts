import type { EntryPlace } from "../plan/tree.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import type { Entry } from "../tar/entry.ts";

/** Layers, bottom first, of which only the entries are needed. */
export interface EntryLayers {
  readonly layers: readonly Pick<LayerIndex, "entries">[];
}

/** The entry at a place of the stack. */
export function entryAt({ layers }: EntryLayers, { layer, ordinal }: EntryPlace): Entry {
  const index = layers[layer];
  if (index === undefined) throw new RangeError(`no layer ${layer}`);
  return index.entries.at(ordinal);
}

/** A place as the key of a map. */
export function placeKey({ layer, ordinal }: EntryPlace): string {
  return `${layer}:${ordinal}`;
}
