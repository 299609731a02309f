import type { FlatEntry, MergePlan } from "../plan/merge-plan.ts";
import type { EntryPlace } from "../plan/tree.ts";
import { placeKey } from "./entry-place.ts";

/**
 * The contents of hidden entries that are in the flat layer all the same, because another name of a hard link took them
 * over. Filled by a walk over the plan's entries.
 */
export class AdoptedContent {
  readonly #places = new Set<string>();

  /** Registers an entry of the flat layer. */
  add({ layer, source, fields }: FlatEntry): void {
    if (source === undefined || fields.size === 0 || source.path === fields.path) return;
    this.#places.add(placeKey({ layer, ordinal: source.ordinal }));
  }

  has(place: EntryPlace): boolean {
    return this.#places.size > 0 && this.#places.has(placeKey(place));
  }
}

/** The adopted contents of a plan; walks all of its entries. */
export function adoptedContent(plan: Pick<MergePlan, "entries">): AdoptedContent {
  const adopted = new AdoptedContent();
  for (const entry of plan.entries) adopted.add(entry);
  return adopted;
}
