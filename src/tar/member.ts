import type { ByteRange } from "../bytes/byte-stream.ts";
import { BLOCK_SIZE, paddedSize } from "./block.ts";
import type { EntryMeta } from "./entry.ts";
import type { Extensions } from "./extensions.ts";
import type { Header, Refuse } from "./header.ts";
import { parseDecimal } from "./numeric.ts";
import { NO_XATTRS, type PaxTime, parseTime, xattrsOf } from "./pax.ts";
import type { SparseColumns } from "./sparse.ts";

/**
 * Types of members in a tar; `other` is every typeflag that no engine unpacks, such as sockets, volume names and GNU's
 * `S`.
 */
export type MemberType = "file" | "hardlink" | "symlink" | "char" | "block" | "directory" | "fifo" | "other";

/**
 * One member of a tar: dialects are decoded, but names are neither cleaned nor interpreted. Ranges are in bytes of the
 * tar.
 */
export interface Member {
  readonly type: MemberType;
  readonly typeflag: string;
  /** Raw name and raw link target, one char per byte, without NUL. */
  readonly name: string;
  readonly linkName: string;
  /** Bytes of content, including the holes of a sparse file; 0 for types without content. */
  readonly size: number;
  readonly major: number;
  readonly minor: number;
  readonly meta: EntryMeta;
  /** Extension headers, header, content and padding. */
  readonly span: ByteRange;
  /** The content as stored; for a sparse file only its regions, without the map. */
  readonly body: ByteRange;
  readonly sparse?: SparseColumns | undefined;
  /**
   * Whether its bytes, apart from names, are allowed in a flat tar: one header, preceded by at most one pax header that
   * has only allowed kinds of records; no base-256, no sparse map, no access time, no type bits of another type in the
   * mode, no number that is changed by decoding; padding complete and NUL (R5.4).
   */
  readonly plain: boolean;
}

/** A member whose content has not been read yet, which may still change `sparse`, `plain` and the ranges. */
export type MemberDraft = { -readonly [Key in keyof Member]: Member[Key] };

/** A header, the extension headers before it, and its offset. */
export interface MemberHeader {
  readonly header: Header;
  readonly extensions: Extensions | undefined;
  /** Offset of the header block. */
  readonly offset: number;
}

/**
 * Combines header and extensions with the same precedence as Go (R1.4, R1.6 to R1.8). Assumes that the content follows
 * the header; a sparse map in between is handled by the reader.
 */
export function decodeMember({ header, extensions, offset }: MemberHeader, refuse: Refuse): MemberDraft {
  const records = extensions?.pax?.records ?? NO_RECORDS;
  const name = extensions?.longName || records.get("path") || header.name;
  const linkName = extensions?.longLink || records.get("linkpath") || header.linkName;
  const type = memberType(header.typeflag, name);
  const stated: StatedNumbers = {
    size: decimalRecord(records, "size", refuse) ?? header.size,
    uid: decimalRecord(records, "uid", refuse) ?? header.uid,
    gid: decimalRecord(records, "gid", refuse) ?? header.gid,
  };
  const stored = hasContent(type) ? stated.size : 0;
  if (stored < 0 || (header.size < 0 && hasContent(TYPES[header.typeflag]))) refuse("a negative size", "R1.2");
  const meta = decodeMeta({ header, records, stated }, refuse);
  const bodyStart = offset + BLOCK_SIZE;
  return {
    type,
    typeflag: header.typeflag,
    name,
    linkName,
    size: stored,
    major: header.major,
    minor: header.minor,
    meta,
    span: { start: extensions?.start ?? offset, end: bodyStart + paddedSize(stored) },
    body: { start: bodyStart, end: bodyStart + stored },
    sparse: undefined,
    plain: (extensions?.plain ?? true) && isExact({ header, type, linkName, meta, stated, stored }),
  };
}

/** Numbers from header and records, before decoding, which changes them in odd cases. */
interface StatedNumbers {
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
}

const TYPES: Readonly<Record<string, MemberType>> = {
  "0": "file",
  "\0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "char",
  "4": "block",
  "5": "directory",
  "6": "fifo",
};

/** Before POSIX a directory was distinguished from a file by a slash at the end of its name (R1.8). */
function memberType(typeflag: string, name: string): MemberType {
  if (typeflag === "\0" && name.endsWith("/")) return "directory";
  return TYPES[typeflag] ?? "other";
}

/** Types 1 to 6 have no content, whatever their size field says (R1.7). */
function hasContent(type: MemberType | undefined): boolean {
  return type === "file" || type === "other" || type === undefined;
}

interface MetaSource {
  readonly header: Header;
  readonly records: ReadonlyMap<string, string>;
  readonly stated: StatedNumbers;
}

function decodeMeta({ header, records, stated }: MetaSource, refuse: Refuse): EntryMeta {
  const mtime = timeRecord(records, "mtime", refuse);
  timeRecord(records, "atime", refuse);
  timeRecord(records, "ctime", refuse);
  return {
    // The remainder of a negative number is negative too; type bits and beyond are ignored by engines (R5.5).
    mode: ((header.mode % MODE_END) + MODE_END) % MODE_END,
    uid: owner(stated.uid, refuse),
    gid: owner(stated.gid, refuse),
    mtimeSeconds: mtime?.seconds ?? header.mtime,
    mtimeNanoseconds: mtime?.nanoseconds ?? 0,
    xattrs: records.size === 0 ? NO_XATTRS : xattrsOf(records),
  };
}

/** To engines a negative ID means "do not chown", so the file belongs to root (R5.4). */
function owner(id: number, refuse: Refuse): number {
  if (id > MAX_ID) refuse("an owner beyond 4,294,967,295", "R5.4");
  return Math.max(0, id);
}

interface Decoded extends Pick<Member, "type" | "linkName" | "meta"> {
  readonly header: Header;
  readonly stated: StatedNumbers;
  readonly stored: number;
}

/** Whether decoding changed no number, and no field is set that its type does not have. */
function isExact({ header, type, linkName, meta, stated, stored }: Decoded): boolean {
  const device = type === "char" || type === "block";
  const link = type === "hardlink" || type === "symlink";
  return (
    header.plain &&
    header.typeflag !== "\0" &&
    (header.mode === meta.mode || header.mode === meta.mode + TYPE_BITS[type]) &&
    stated.uid === meta.uid &&
    stated.gid === meta.gid &&
    stated.size === stored &&
    (device || (header.major === 0 && header.minor === 0)) &&
    (link || linkName === "")
  );
}

/** The number in a record; undefined for an empty value too, so that the header's field applies. */
function decimalRecord(records: ReadonlyMap<string, string>, key: string, refuse: Refuse): number | undefined {
  const text = records.get(key);
  if (text === undefined || text === "") return undefined;
  const value = parseDecimal(text);
  return Number.isNaN(value) ? refuse(`a malformed ${key} in a pax record`, "R1.3") : value;
}

function timeRecord(records: ReadonlyMap<string, string>, key: string, refuse: Refuse): PaxTime | undefined {
  const text = records.get(key);
  if (text === undefined || text === "") return undefined;
  return parseTime(text) ?? refuse(`a malformed ${key} in a pax record`, "R1.6");
}

/**
 * The type bits above the permissions, as in stat(2). Docker up to 20.10 writes them into every header; engines ignore
 * them (R5.5).
 */
const TYPE_BITS: Readonly<Record<MemberType, number>> = {
  file: 0o100000,
  hardlink: 0o100000,
  symlink: 0o120000,
  char: 0o20000,
  block: 0o60000,
  directory: 0o40000,
  fifo: 0o10000,
  other: Number.NaN,
};

const MODE_END = 0o10000;
const MAX_ID = 4_294_967_295;
const NO_RECORDS: ReadonlyMap<string, string> = new Map();
