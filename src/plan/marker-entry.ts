import { markerName } from "../scan/whiteout.ts";
import type { EntryMeta } from "../tar/entry.ts";
import { sameMeta } from "./attributes.ts";
import type { FlatEntry } from "./merge-plan.ts";
import { entryAt, type MergeState } from "./merge-state.ts";
import type { EntryPlace } from "./tree.ts";

/** R6.5: the same for every marker, whatever the marker in the source says. */
const MARKER_META: EntryMeta = { mode: 0o600, uid: 0, gid: 0, mtimeSeconds: 0, mtimeNanoseconds: 0, xattrs: [] };

/**
 * A whiteout of `path`, or the opaque whiteout of the directory `path`; `place` is the entry that caused it, which is
 * copied if it is exactly this marker.
 */
export function markerOf(
  { layers, options }: Pick<MergeState, "layers" | "options">,
  kind: "whiteout" | "opaque",
  { path, place }: { readonly path: string; readonly place: EntryPlace },
): FlatEntry {
  const entry = entryAt({ layers }, place);
  const same = entry.type === kind && entry.path === path && sameMeta(entry.meta, MARKER_META);
  const kept = same && entry.keepable && !options.canonical;
  return {
    layer: place.layer,
    source: kept ? entry : undefined,
    kept,
    fields: { type: "file", path: markerName(kind, path), size: 0, major: 0, minor: 0, meta: MARKER_META },
  };
}
