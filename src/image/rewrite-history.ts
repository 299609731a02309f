import type { ImageConfig } from "../oci/config.ts";
import type { Document } from "../oci/document.ts";
import type { HistoryMode } from "../oci/history.ts";
import { jsonElements } from "../oci/json-members.ts";
import { editArray, editObject, type JsonEdit, valueAt } from "./json-edit.ts";

/** What an old config's history becomes: edits of its text, or a new text for the whole property; undefined removes the property. */
export type HistoryChange = { readonly edits: readonly JsonEdit[] } | { readonly text: string | undefined };

/**
 * The history of a flat image (R9.2): `keep` turns every old entry into one without a layer and appends ours, so that the entries with a layer
 * are as many as the layers; `collapse` leaves ours alone; `none` leaves no history, which every engine loads.
 */
export function rewriteHistory(config: Document<ImageConfig>, mode: HistoryMode, entry: OwnEntry): HistoryChange {
  if (mode === "none") return { text: undefined };
  const own = ownText(entry);
  if (mode === "collapse" || !Array.isArray(config.json.history)) return { text: `[${own}]` };
  const history = valueAt(config.bytes, "history");
  if (history === undefined) return { text: `[${own}]` };
  const emptied = jsonElements(config.bytes, history.start).flatMap((entry) =>
    editObject(config.bytes, entry.start, { set: { empty_layer: "true" } }),
  );
  return { edits: [...emptied, ...editArray(config.bytes, history.start, { added: [own] })] };
}

/** What the entry of the new layer says besides. */
export interface OwnEntry {
  readonly created: string | undefined;
  readonly author?: string | undefined;
  /** Instead of planish's own words. */
  readonly comment?: string | undefined;
}

/** Always the same text, so that equal images stay equal whatever version flattened them. */
function ownText({ created, author, comment = "all layers flattened into one" }: OwnEntry): string {
  return JSON.stringify({ created, author, created_by: "planish flatten", comment });
}
