import { posix } from "node:path";
import {
  type BlockFields,
  base256Field,
  GNU_MAGIC,
  headerBlock,
  join,
  latin1,
  NO_MAGIC,
  octalField,
  padded,
} from "./tar-block.ts";

/**
 * Who writes the tar. `go`: archive/tar, as nearly all image builders do. `v7`: before POSIX. `gnu`: GNU tar's own
 * format, with `L`, `K` and base-256. `pax`: GNU tar --format=posix, an extended header with mtime, atime and ctime
 * before every member.
 */
export type Dialect = "go" | "v7" | "gnu" | "pax";

/** A pax record: key and value, one char per byte. */
export type PaxRecord = readonly [key: string, value: string];

/** A described member; `name` is written unchanged. */
export interface MemberFields {
  readonly name: string;
  readonly typeflag: string;
  readonly linkname: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly mtimeNanoseconds: number;
  readonly uname: string;
  readonly gname: string;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: Readonly<Record<string, string>>;
  /** Additional pax records, after those that the fields need; duplicates are kept. */
  readonly pax: readonly PaxRecord[];
  readonly content: Uint8Array;
  /** The size in the header; by default that of the content. */
  readonly size: number;
  /** Fields of the header block that override the dialect's. */
  readonly block: Partial<BlockFields>;
}

/** The bytes of one member in a dialect: extension headers, header, content, and padding unless told otherwise. */
export function encodeMember(fields: MemberFields, dialect: Dialect, pad = true): Uint8Array {
  return join([...HEADERS[dialect](fields), pad ? padded(fields.content) : fields.content]);
}

/** An `x` or `g` header with its records, as Go writes it unless told otherwise. */
export function encodePax(records: readonly PaxRecord[], block: Partial<BlockFields> = {}): Uint8Array {
  const body = latin1(records.map(paxRecord).join(""));
  return join([headerBlock({ name: "PaxHeaders.0/x", typeflag: "x", size: body.length, ...block }), padded(body)]);
}

/** A GNU `L` or `K` member: the long name or link target of the member that follows. */
export function encodeGnuLong(typeflag: "L" | "K", text: string, end = "\0"): Uint8Array {
  const body = latin1(text + end);
  const block = { name: "././@LongLink", typeflag, mode: 0o644, size: body.length, magic: GNU_MAGIC };
  return join([headerBlock({ ...block, uname: "root", gname: "root" }), padded(body)]);
}

const HEADERS: Readonly<Record<Dialect, (fields: MemberFields) => Uint8Array[]>> = {
  go: goHeaders,
  v7: v7Headers,
  gnu: gnuHeaders,
  pax: paxHeaders,
};

function goHeaders(fields: MemberFields): Uint8Array[] {
  const split = splitPath(fields.name);
  const records = neededRecords(fields);
  if (split !== undefined) records.delete("path");
  for (const [name, value] of Object.entries(fields.xattrs)) records.set(`SCHILY.xattr.${name}`, value);
  const devices = { major: fields.major, minor: fields.minor };
  if (records.size + fields.pax.length === 0) {
    return [headerBlock({ ...common(fields), ...devices, ...split, ...fields.block })];
  }
  if (split !== undefined) records.set("path", fields.name);
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  const name = extensionName(fields.name, "PaxHeaders.0");
  const texts = { name: shown(fields.name), linkname: toAscii(fields.linkname) };
  return [
    encodePax([...sorted, ...fields.pax], { name }),
    headerBlock({ ...common(fields), ...devices, ...texts, ...fields.block }),
  ];
}

function v7Headers(fields: MemberFields): Uint8Array[] {
  if (neededRecords(fields, true).size + Object.keys(fields.xattrs).length + fields.pax.length > 0) {
    throw new Error(`fixture: v7 cannot say this of ${fields.name}`);
  }
  const { uname: _uname, gname: _gname, ...block } = common(fields);
  return [headerBlock({ ...block, magic: NO_MAGIC, ...fields.block })];
}

function gnuHeaders(fields: MemberFields): Uint8Array[] {
  if (Object.keys(fields.xattrs).length > 0) throw new Error("fixture: GNU tar's own format has no xattrs");
  const long: Uint8Array[] = [];
  if (fields.linkname.length > 100) long.push(encodeGnuLong("K", fields.linkname));
  if (fields.name.length > 100) long.push(encodeGnuLong("L", fields.name));
  if (fields.pax.length > 0) long.push(encodePax(fields.pax));
  const numbers = {
    uid: octalField(fields.uid, 8) ?? base256Field(fields.uid, 8),
    gid: octalField(fields.gid, 8) ?? base256Field(fields.gid, 8),
    size: octalField(fields.size, 12) ?? base256Field(fields.size, 12),
    mtime: octalField(fields.mtime, 12) ?? base256Field(fields.mtime, 12),
  };
  const devices = isDevice(fields) ? { major: fields.major, minor: fields.minor } : {};
  return [...long, headerBlock({ ...common(fields), ...numbers, ...devices, magic: GNU_MAGIC, ...fields.block })];
}

function paxHeaders(fields: MemberFields): Uint8Array[] {
  const time = paxTime(fields.mtime, fields.mtimeNanoseconds);
  const records = neededRecords(fields).set("mtime", time).set("atime", time).set("ctime", time);
  for (const [name, value] of Object.entries(fields.xattrs)) records.set(`SCHILY.xattr.${name}`, value);
  const devices = isDevice(fields) ? { major: fields.major, minor: fields.minor } : {};
  const name = extensionName(fields.name, "PaxHeaders");
  return [
    encodePax([...records, ...fields.pax], { name, mode: 0o644 }),
    headerBlock({ ...common(fields), ...devices, ...fields.block }),
  ];
}

/** The header block; values that do not fit are 0, and are in a pax record. */
function common(fields: MemberFields): BlockFields {
  const fitting = (value: number, width: number) => octalField(value, width) ?? octalField(0, width) ?? "";
  return {
    name: fields.name,
    typeflag: fields.typeflag,
    linkname: fields.linkname,
    mode: fields.mode,
    uid: fitting(fields.uid, 8),
    gid: fitting(fields.gid, 8),
    size: fitting(fields.size, 12),
    mtime: fitting(fields.mtime, 12),
    uname: fields.uname,
    gname: fields.gname,
  };
}

/** The pax records for what a ustar block cannot hold. */
function neededRecords(fields: MemberFields, rawNames = false): Map<string, string> {
  const records = new Map<string, string>();
  const text = (key: string, value: string) => {
    if (value.length > 100 || (!rawNames && !isAscii(value))) records.set(key, value);
  };
  const number = (key: string, value: number, width: number) => {
    if (octalField(value, width) === undefined) records.set(key, String(value));
  };
  text("path", fields.name);
  text("linkpath", fields.linkname);
  number("uid", fields.uid, 8);
  number("gid", fields.gid, 8);
  number("size", fields.size, 12);
  if (fields.mtimeNanoseconds !== 0 || octalField(fields.mtime, 12) === undefined) {
    records.set("mtime", paxTime(fields.mtime, fields.mtimeNanoseconds));
  }
  return records;
}

/**
 * Where Go splits a long name: at the last slash with at most 155 bytes before it, if at most 100 bytes follow it.
 */
function splitPath(name: string): { prefix: string; name: string } | undefined {
  if (name.length <= 100 || !isAscii(name)) return undefined;
  const body = name.length > 156 ? name.slice(0, 156) : name.replace(/\/$/, "");
  const slash = body.lastIndexOf("/");
  const rest = name.length - slash - 1;
  return slash <= 0 || rest > 100 || rest === 0
    ? undefined
    : { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

function extensionName(name: string, folder: string): string {
  const slash = name.lastIndexOf("/") + 1;
  return toAscii(posix.join(name.slice(0, slash), folder, name.slice(slash)))
    .slice(0, 100)
    .replace(/\/+$/, "");
}

/** A name truncated to its field; Go leaves no slash at the end. */
function shown(name: string): string {
  const ascii = toAscii(name);
  return ascii.length > 100 && ascii[99] === "/" ? ascii.slice(0, 99).replace(/\/+$/, "") : ascii.slice(0, 100);
}

/** A record as written in the body of an extension header. */
export function paxRecord([key, value]: PaxRecord): string {
  const rest = key.length + value.length + 3;
  const digits = [1, 2, 3, 4, 5, 6, 7].find((count) => String(rest + count).length === count) ?? 8;
  return `${rest + digits} ${key}=${value}\n`;
}

function paxTime(seconds: number, nanoseconds: number): string {
  if (nanoseconds === 0) return String(seconds);
  const negative = seconds < 0;
  const whole = negative ? -(seconds + 1) : seconds;
  const fraction = String(negative ? 1_000_000_000 - nanoseconds : nanoseconds)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${negative ? "-" : ""}${whole}.${fraction}`;
}

function isAscii(text: string): boolean {
  return [...text].every((char) => char.charCodeAt(0) < 0x80);
}

function toAscii(text: string): string {
  return [...text].filter((char) => char.charCodeAt(0) < 0x80).join("");
}

function isDevice(fields: MemberFields): boolean {
  return fields.typeflag === "3" || fields.typeflag === "4";
}
