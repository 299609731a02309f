import type { ImageConfig } from "../oci/config.ts";
import type { Document } from "../oci/document.ts";
import type { HistoryMode } from "../oci/history.ts";
import { editArray, editObject, type JsonEdit, spaceBefore, textOf, valueAt } from "../oci/json-edit.ts";
import { type JsonRange, jsonElements } from "../oci/json-members.ts";
import type { RebuiltLayer } from "./rebuilt-layer.ts";

/** The change to a config's history: edits of its text, or a new text for the whole property; undefined removes it. */
export type HistoryChange = { readonly edits: readonly JsonEdit[] } | { readonly text: string | undefined };

export interface NewHistory {
  readonly mode: HistoryMode;
  /** Time of the new entries, RFC 3339. */
  readonly created: string | undefined;
  readonly author?: string | undefined;
  /** Comment of the new entries; by default it says which layers became one. */
  readonly comment?: string | undefined;
  /** Bottom first. */
  readonly layers: readonly RebuiltLayer[];
}

/**
 * The history of an image with new layers (R9.2). `keep` marks the entries of squashed layers as empty and adds a new
 * entry after the last of them, so that there are as many entries with a layer as layers; `collapse` replaces them with
 * the new entry; `none` removes the history, which every engine accepts. Entries of kept layers do not change. If the
 * old history ends below a range, nothing is added for it, since entries belong to layers by their order alone.
 */
export function rewriteHistory(config: Document<ImageConfig>, change: NewHistory): HistoryChange {
  if (change.mode === "none") return { text: undefined };
  const value = Array.isArray(config.json.history) ? valueAt(config.bytes, "history") : undefined;
  const elements = value === undefined ? [] : jsonElements(config.bytes, value.start);
  const ranges = rangesOf(config.json, change);
  if (value === undefined || change.mode === "collapse") {
    const texts = elements.map((element) => textOf(config.bytes, element));
    const all = collapsed(texts, ranges);
    return value === undefined && all.length === 0 ? { edits: [] } : { text: `[${all.join(",")}]` };
  }
  return { edits: markedEdits(config, { value, elements, ranges }) };
}

/** The part of the history that belongs to a range of squashed layers. */
interface HistoryRange {
  /** Positions of the entries of its layers. */
  readonly steps: readonly number[];
  /** Where its entries begin and end (exclusive), including those without a layer. */
  readonly start: number;
  readonly end: number;
  /** Texts of the new entries, one for each new layer. */
  readonly own: readonly string[];
}

function rangesOf({ history, rootfs }: ImageConfig, { layers, ...said }: NewHistory): HistoryRange[] {
  const entries = history ?? [];
  const steps = [...entries.keys()].filter((at) => entries[at]?.empty_layer !== true);
  const count = rootfs.diff_ids.length;
  const made = Map.groupBy(
    layers.filter(({ kept }) => !kept),
    ({ first }) => first,
  );
  return [...made.values()].flatMap((parts): HistoryRange[] => {
    const [{ first, last } = { first: 0, last: -1 }] = parts;
    const top = last >= count - 1;
    // The topmost range also takes entries beyond the layers, which belong to none.
    const own = steps.slice(first, top ? undefined : last + 1);
    if (steps.length < first) return [];
    const whole = first === 0 && top;
    const end = top || own.length < last - first + 1 ? entries.length : (own.at(-1) ?? -1) + 1;
    const text = parts.map((_, part) => ownEntry({ first, last, whole, part, parts: parts.length }, said));
    return [{ steps: own, start: first === 0 ? 0 : (own[0] ?? end), end, own: text }];
  });
}

interface OwnEntry {
  readonly first: number;
  readonly last: number;
  /** Whether the range is all layers of the image. */
  readonly whole: boolean;
  readonly part: number;
  readonly parts: number;
}

/** The text must never change, so that equal images stay equal whatever version flattened them. */
function ownEntry(entry: OwnEntry, { created, author, comment }: Omit<NewHistory, "layers">): string {
  return JSON.stringify({ created, author, created_by: "planish flatten", comment: comment ?? ownComment(entry) });
}

function ownComment({ first, last, whole, part, parts }: OwnEntry): string {
  const what = whole ? "all layers flattened" : `layers ${first} to ${last} squashed`;
  return parts === 1 ? `${what} into one` : `${what}, part ${part + 1} of ${parts}`;
}

function collapsed(texts: readonly string[], ranges: readonly HistoryRange[]): string[] {
  const below = ranges.flatMap(({ start, own }, at) => [...texts.slice(ranges[at - 1]?.end ?? 0, start), ...own]);
  return [...below, ...texts.slice(ranges.at(-1)?.end ?? 0)];
}

interface OldHistory {
  readonly value: JsonRange;
  readonly elements: readonly JsonRange[];
  readonly ranges: readonly HistoryRange[];
}

function markedEdits({ bytes }: Document<ImageConfig>, { value, elements, ranges }: OldHistory): JsonEdit[] {
  return ranges.flatMap(({ steps, end, own }) => {
    const emptied = steps.flatMap((at) => {
      const element = elements[at];
      return element === undefined ? [] : editObject(bytes, element.start, { set: { empty_layer: "true" } });
    });
    const before = elements[end - 1];
    if (end >= elements.length || before === undefined) {
      return [...emptied, ...editArray(bytes, value.start, { added: own })];
    }
    const space = spaceBefore(bytes, value.start, elements);
    return [...emptied, { start: before.end, end: before.end, text: own.map((text) => `,${space}${text}`).join("") }];
  });
}
