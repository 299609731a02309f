import type { ByteRange } from "../bytes/byte-stream.ts";

/**
 * Cleaned path: no leading or trailing slash, no `.` or `..`; one char a byte (latin1), so that non-UTF-8 names keep
 * their identity. "" is the root.
 */
export type EntryPath = string & { readonly __brand: "EntryPath" };

/**
 * The type of an entry after decoding. Entries with `.wh.` names are decoded: `whiteout` removes `path`, `opaque` hides
 * everything that lower layers have in the directory `path`. `aufs-file` is a regular file below `.wh..wh.plnk/`,
 * listed under its basename, and `aufs-link` a hard link to one (R3.2).
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

/** Metadata of an inode. */
export interface EntryMeta {
  /** Permission bits, setuid, setgid and sticky: the header's mode & 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /**
   * Seconds since 1970, rounded down; adding `mtimeNanoseconds` (0…999,999,999) gives the exact time, also before 1970.
   */
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  /** Sorted by name, no name twice. */
  readonly xattrs: readonly Xattr[];
}

/** A region of a sparse file with stored bytes; everything between two regions is NUL. */
export interface SparseRegion {
  /** Offset of the region in the file's content, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Offset of its bytes in the uncompressed tar. */
  readonly start: number;
}

/** One tar member, decoded once. All ranges are in bytes of the layer's uncompressed tar. */
export interface Entry {
  /** Index in the layer's entry list, 0 = first. */
  readonly ordinal: number;
  readonly type: EntryType;
  readonly path: EntryPath;
  /** Bytes of content, including the holes of a sparse file; 0 for anything other than a file. */
  readonly size: number;
  /**
   * Hard link: cleaned path of the target. Symlink: the target as it is, never cleaned. `aufs-link`: basename of the
   * `aufs-file`. One char per byte.
   */
  readonly linkPath?: string | undefined;
  readonly major: number;
  readonly minor: number;
  readonly meta: EntryMeta;
  /** The whole member: extension headers, header, content, padding. */
  readonly span: ByteRange;
  /** The content as stored; for a sparse file only its regions, without the map. */
  readonly body: ByteRange;
  readonly sparse?: readonly SparseRegion[] | undefined;
  /**
   * True if the headers in `span` decode to exactly the fields above and have a form that is allowed in a flat layer
   * (R5.4), and the padding is complete and NUL. Then the span can be copied as it is if the flat layer has an entry
   * with the same fields.
   */
  readonly keepable: boolean;
}

/** The entries of one layer in archive order; backed by columns, so each `Entry` is created on demand. */
export interface EntryList extends Iterable<Entry> {
  readonly length: number;
  at(ordinal: number): Entry;
}
