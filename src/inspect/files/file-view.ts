import type { Entry, EntryMeta } from "../../tar/entry.ts";
import type { HeaderFields, HeaderType } from "../../tar/header-encode.ts";

/** The types of entries in a view; the last two occur only in the view of a single layer. */
export type ViewedType = HeaderType | "whiteout" | "opaque";

/** An entry of a view. Those of a plan have this form: they are the view of a whole image. */
export interface ViewedEntry {
  readonly layer: number;
  /** The entry that has the content; undefined for a directory that no entry lists. */
  readonly source: Entry | undefined;
  readonly fields: Omit<HeaderFields, "type"> & { readonly type: ViewedType };
}

/**
 * The entries of a filesystem: depth first, names sorted by their bytes, a directory before its content; can be
 * iterated any number of times.
 */
export type FileView = Iterable<ViewedEntry>;

/** An entry for a directory that no layer lists. */
export function unlistedDirectory(path: string, layer: number, time: EntryMeta | undefined): ViewedEntry {
  const { mtimeSeconds = 0, mtimeNanoseconds = 0 } = time ?? {};
  const meta = { mode: 0o755, uid: 0, gid: 0, mtimeSeconds, mtimeNanoseconds, xattrs: [] };
  const fields = { type: "directory", path, size: 0, linkPath: undefined, major: 0, minor: 0, meta } as const;
  return { layer, source: undefined, fields };
}
