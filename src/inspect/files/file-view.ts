import type { MergePlan } from "../../plan/merge-plan.ts";
import type { Entry, EntryMeta } from "../../tar/entry.ts";
import type { HeaderFields, HeaderType } from "../../tar/header-encode.ts";

/** What a view shows; the last two only of a single layer. */
export type ViewedType = HeaderType | "whiteout" | "opaque";

/** An entry of a view, as the tar says it. */
export interface ViewedEntry {
  readonly layer: number;
  /** Where the content stands; undefined of a directory that no entry lists. */
  readonly source: Entry | undefined;
  readonly listed: boolean;
  readonly fields: Omit<HeaderFields, "type"> & { readonly type: ViewedType };
}

/**
 * A filesystem to look at: depth first, names sorted by their bytes, a directory before what is in it; can be walked as
 * often as wanted.
 */
export type FileView = Iterable<ViewedEntry>;

/** What the layers of an image make together: the entries of the plan, made while one iterates. */
export function mergedView(plan: MergePlan): FileView {
  return {
    *[Symbol.iterator]() {
      for (const { layer, source, fields } of plan.entries) {
        yield { layer, source, listed: source !== undefined, fields };
      }
    },
  };
}

/** An entry for a directory that no layer lists. */
export function unlistedDirectory(path: string, layer: number, time: EntryMeta | undefined): ViewedEntry {
  const { mtimeSeconds = 0, mtimeNanoseconds = 0 } = time ?? {};
  const meta = { mode: 0o755, uid: 0, gid: 0, mtimeSeconds, mtimeNanoseconds, xattrs: [] };
  const fields = { type: "directory", path, size: 0, linkPath: undefined, major: 0, minor: 0, meta } as const;
  return { layer, source: undefined, listed: false, fields };
}
