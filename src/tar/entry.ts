import type { ByteRange } from "../bytes/byte-stream.ts";

/**
 * Cleaned path: no leading or trailing slash, no `.` or `..`; one char a byte (latin1), so that non-UTF-8 names keep
 * their identity. "" is the root.
 */
export type EntryPath = string & { readonly __brand: "EntryPath" };

/**
 * What an entry is after decoding. The `.wh.` names are gone: `whiteout` removes `path`, `opaque` hides everything
 * lower in directory `path`. `aufs-file` is a regular file below `.wh..wh.plnk/`, kept aside under its basename, and
 * `aufs-link` a hard link to one (R3.2).
 */
export type EntryType =
  | "file"
  | "hardlink"
  | "symlink"
  | "char"
  | "block"
  | "directory"
  | "fifo"
  | "whiteout"
  | "opaque"
  | "aufs-file"
  | "aufs-link";

/** An extended attribute: name without `SCHILY.xattr.`, value one char a byte. */
export interface Xattr {
  readonly name: string;
  readonly value: string;
}

/** What an inode says of itself besides its content. */
export interface EntryMeta {
  /** Permission bits, setuid, setgid and sticky: header & 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /**
   * Seconds since 1970, rounded down; with `mtimeNanoseconds` (0…999,999,999) added the exact time, also before 1970.
   */
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  /** Sorted by name, no name twice. */
  readonly xattrs: readonly Xattr[];
}

/** A stretch of a sparse file that has stored bytes; everything between two stretches is NUL. */
export interface SparseRegion {
  /** Where the stretch lies in the file's content, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Where its bytes lie in the uncompressed tar. */
  readonly start: number;
}

/** One tar member, decoded once. All ranges are in bytes of the layer's uncompressed tar. */
export interface Entry {
  /** Its place in the layer, 0 = first; also its index in the layer's entry list. */
  readonly ordinal: number;
  readonly type: EntryType;
  readonly path: EntryPath;
  /** Bytes of content, holes of a sparse file included; 0 for everything but files. */
  readonly size: number;
  /**
   * Hard link: cleaned path of its target. Symlink: target as it stands, never cleaned. One char a byte. `aufs-link`:
   * basename of the `aufs-file`.
   */
  readonly linkPath?: string | undefined;
  readonly major: number;
  readonly minor: number;
  readonly meta: EntryMeta;
  /** The whole member: extension headers, header, content, padding. */
  readonly span: ByteRange;
  /** The content as stored; of a sparse file only its regions, without the map. */
  readonly body: ByteRange;
  readonly sparse?: readonly SparseRegion[] | undefined;
  /**
   * True when the header bytes in `span`, with their pax record, decode to exactly the fields above in a form that may
   * stand in a flat layer (R5.4), and the padding is complete and NUL: then the span may be copied whole whenever the
   * fields are those to be emitted.
   */
  readonly keepable: boolean;
}

/** The entries of one layer in archive order; backed by columns, so an `Entry` is a view made on demand. */
export interface EntryList extends Iterable<Entry> {
  readonly length: number;
  at(ordinal: number): Entry;
}
