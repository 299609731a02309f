import { type AdoptedContent, adoptedContent } from "../inspect/adopted-content.ts";
import { HIDDEN_REASONS, type MergePlan, type PlanLayer } from "../plan/merge-plan.ts";
import type { EntryPlace } from "../plan/tree.ts";
import type { Entry, EntryType } from "../tar/entry.ts";
import { inOrder, pathTree } from "./path-tree.ts";
import type { FileColumns } from "./report-data.ts";

/** Puts every entry of every layer into columns, with whether and why the plan hides it. */
export function fileColumns(
  layers: readonly Pick<PlanLayer, "entries">[],
  plan: Pick<MergePlan, "hidden" | "entries">,
): FileColumns {
  const columns = newColumns();
  const adopted = adoptedContent(plan);
  /** For each depth, the number of its latest path. */
  const open: number[] = [];
  for (const { node, depth } of inOrder(pathTree(layers))) {
    const path = columns.names.length;
    columns.names.push(node.name);
    columns.parents.push(depth === 0 ? 0 : path - (open[depth - 1] ?? 0));
    open[depth] = path;
    columns.counts.push(node.places.length / 2);
    for (let at = 0; at < node.places.length; at += 2) {
      const [layer = 0, ordinal = 0] = node.places.slice(at, at + 2);
      const entry = layers[layer]?.entries.at(ordinal);
      if (entry !== undefined)
        addEntry(columns, {
          entry,
          layer,
          reason: reasonOf({ plan, adopted }, { layer, ordinal }),
          by: plan.hidden.find(layer, ordinal)?.by,
        });
    }
  }
  return columns;
}

/** In the order in which a page sorts them; the compiler demands all of them. */
const TYPES = Object.keys({
  file: true,
  directory: true,
  symlink: true,
  hardlink: true,
  char: true,
  block: true,
  fifo: true,
  whiteout: true,
  opaque: true,
  "aufs-file": true,
  "aufs-link": true,
} satisfies Readonly<Record<EntryType, true>>);

/**
 * Why an entry is hidden; `kept` if it is not; `adopted` if its content is in the flat image under another name of a
 * hard link.
 */
type Reason = (typeof REASONS)[number];

const REASONS = ["kept", ...HIDDEN_REASONS, "adopted"] as const;

interface Fate {
  readonly plan: Pick<MergePlan, "hidden">;
  readonly adopted: AdoptedContent;
}

function reasonOf({ plan, adopted }: Fate, place: EntryPlace): Reason {
  if (adopted.has(place)) return "adopted";
  return plan.hidden.find(place.layer, place.ordinal)?.reason ?? "kept";
}

type Columns = { -readonly [K in keyof FileColumns]: Mutable<FileColumns[K]> };
type Mutable<T> = T extends readonly (infer Item)[] ? Item[] : T;

function newColumns(): Columns {
  return {
    names: [],
    parents: [],
    counts: [],
    layers: [],
    typeNumbers: [],
    types: [...TYPES],
    sizes: [],
    modes: [],
    uids: [],
    gids: [],
    times: [],
    reasonNumbers: [],
    reasons: [...REASONS],
    hiddenBy: [],
    targets: [],
    xattrs: [],
  };
}

interface PlacedEntry {
  readonly entry: Entry;
  readonly layer: number;
  readonly reason: Reason;
  readonly by: EntryPlace | undefined;
}

function addEntry(columns: Columns, { entry, layer, reason, by }: PlacedEntry): void {
  const { meta, linkPath } = entry;
  const number = columns.layers.length;
  columns.layers.push(layer);
  columns.typeNumbers.push(TYPES.indexOf(entry.type));
  columns.sizes.push(entry.size);
  columns.modes.push(meta.mode);
  columns.uids.push(meta.uid);
  columns.gids.push(meta.gid);
  columns.times.push(meta.mtimeSeconds);
  columns.reasonNumbers.push(REASONS.indexOf(reason));
  columns.hiddenBy.push(by === undefined ? 0 : by.layer + 1);
  if (linkPath !== undefined) columns.targets.push([number, linkPath]);
  if (meta.xattrs.length > 0) columns.xattrs.push([number, meta.xattrs.map(({ name }) => name).join(", ")]);
}
