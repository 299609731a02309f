import type { Xattr } from "./entry.ts";
import type { Refuse } from "./header.ts";
import { parseDecimal } from "./numeric.ts";
import { type PaxRecord, XATTR_PREFIX } from "./pax-records.ts";

/** The records of one extension header. */
export interface PaxHeader {
  /** The last record of each key; texts have one char per byte. */
  readonly records: ReadonlyMap<string, string>;
  /** Offsets and lengths of GNU's sparse format 0.0, the only one that repeats keys. */
  readonly sparseNumbers: readonly string[];
  /** Whether it has only records that are allowed in a flat tar, none of them twice. */
  readonly plain: boolean;
}

/** Decodes the body of an `x` or `g` header, strictly as Go's archive/tar does (R1.3). */
export function parsePax(body: string, refuse: Refuse): PaxHeader {
  const records = new Map<string, string>();
  const sparseNumbers: string[] = [];
  let plain = true;
  for (let at = 0; at < body.length; ) {
    const { record, end } = parseRecord(body, at, refuse);
    const [key, value] = record;
    plain &&= isPlain(record) && !records.has(key);
    if (key === SPARSE_OFFSET || key === SPARSE_LENGTH) {
      const expected = sparseNumbers.length % 2 === 0 ? SPARSE_OFFSET : SPARSE_LENGTH;
      if (key !== expected || value.includes(",")) refuse("a sparse map whose records are out of order", "R1.9");
      sparseNumbers.push(value);
    } else {
      records.set(key, value);
    }
    at = end;
  }
  return { records, sparseNumbers, plain };
}

/** The extended attributes among the records, sorted by name. */
export function xattrsOf(records: ReadonlyMap<string, string>): readonly Xattr[] {
  const xattrs: Xattr[] = [];
  for (const [key, value] of records) {
    if (key.startsWith(XATTR_PREFIX) && key.length > XATTR_PREFIX.length) {
      xattrs.push({ name: key.slice(XATTR_PREFIX.length), value });
    }
  }
  return xattrs.length === 0 ? NO_XATTRS : xattrs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Bytes of the names and values of extended attributes. */
export function xattrBytes(xattrs: readonly Xattr[]): number {
  return xattrs.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
}

/** A shared empty list, since most entries have no xattrs. */
export const NO_XATTRS: readonly Xattr[] = [];

/** A point in time: seconds since 1970, rounded down, and nanoseconds to be added. */
export interface PaxTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * Decodes `[-]SECONDS[.FRACTION]`; only the first nine digits of the fraction count (R1.6). Undefined if it is
 * malformed or beyond ±2^53 seconds.
 */
export function parseTime(text: string): PaxTime | undefined {
  const point = text.indexOf(".");
  const whole = parseDecimal(point === -1 ? text : text.slice(0, point));
  const fraction = point === -1 ? "" : text.slice(point + 1);
  if (Number.isNaN(whole) || !/^[0-9]*$/.test(fraction)) return undefined;
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (nanoseconds === 0 || !text.startsWith("-")) return { seconds: whole, nanoseconds };
  return { seconds: whole - 1, nanoseconds: 1_000_000_000 - nanoseconds };
}

const SPARSE_OFFSET = "GNU.sparse.offset";
const SPARSE_LENGTH = "GNU.sparse.numbytes";

/** Parses `LENGTH KEY=VALUE\n`, where the length includes its own digits and the newline. */
function parseRecord(body: string, start: number, refuse: Refuse): { record: PaxRecord; end: number } {
  const space = body.indexOf(" ", start);
  const length = space === -1 ? Number.NaN : parseDecimal(body.slice(start, space));
  const end = start + length;
  // At least one digit, the space, a key of one byte, the equals sign and the newline.
  if (!(length >= 5 && end <= body.length && end > space + 1)) return refuse("a malformed pax record", "R1.3");
  const equals = body.indexOf("=", space + 1);
  if (body[end - 1] !== "\n" || equals === -1 || equals >= end - 1) return refuse("a malformed pax record", "R1.3");
  const key = body.slice(space + 1, equals);
  const value = body.slice(equals + 1, end - 1);
  if (key === "" || (NAME_KEYS.has(key) ? value : key).includes("\0")) {
    return refuse("a pax record with an empty key or a NUL", "R1.3");
  }
  return { record: [key, value], end };
}

/** The values of these are names, without NUL; other values may be binary. */
const NAME_KEYS: ReadonlySet<string> = new Set(["path", "linkpath", "uname", "gname"]);

/** Records that engines use, and the names of owners, which they ignore. */
const PLAIN_KEYS: ReadonlySet<string> = new Set([...NAME_KEYS, "uid", "gid", "size", "mtime"]);

function isPlain([key, value]: PaxRecord): boolean {
  if (key === "hdrcharset") return value === "BINARY";
  return PLAIN_KEYS.has(key) ? value !== "" : key.startsWith(XATTR_PREFIX) && key.length > XATTR_PREFIX.length;
}
