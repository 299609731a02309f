import type { EntryMeta } from "./entry.ts";

/** A pax record: key and value, one char per byte. */
export type PaxRecord = readonly [key: string, value: string];

/** The prefix of pax keys for extended attributes; no other prefix is supported (R5.7). */
export const XATTR_PREFIX = "SCHILY.xattr.";

/** Maximum size of the body of an extension header in bytes, as in Go, and thus in every engine (R1.3). */
export const EXTENSION_LIMIT = 1024 * 1024;

/** The largest numbers that fields of 8 and 12 bytes can hold in octal with a final NUL. */
export const MAX_OCTAL_8 = 8 ** 7 - 1;
export const MAX_OCTAL_12 = 8 ** 11 - 1;

/** The fields that determine which records a header needs; `name` and `linkName` as written to the tar. */
export interface RecordFields {
  readonly name: string;
  readonly linkName: string;
  readonly size: number;
  readonly meta: EntryMeta;
}

/**
 * The pax records that Go's archive/tar writes for these fields, sorted by key; none if a ustar block can hold
 * everything (R5.4). Unlike in Go, names that are not UTF-8 stay raw in the block if they fit; otherwise they get a
 * record, with `hdrcharset=BINARY`.
 */
export function neededRecords({ name, linkName, size, meta }: RecordFields): readonly PaxRecord[] {
  const path = needsRecord(name);
  const linkPath = needsRecord(linkName);
  const mtime = meta.mtimeNanoseconds !== 0 || !fits(meta.mtimeSeconds, MAX_OCTAL_12);
  const numbers = mtime || !fits(meta.uid, MAX_OCTAL_8) || !fits(meta.gid, MAX_OCTAL_8) || !fits(size, MAX_OCTAL_12);
  // A long name that can be split needs no record, unless something else needs one: then Go does not write a prefix.
  if (!numbers && !linkPath && meta.xattrs.length === 0 && (!path || splitName(name) !== undefined)) return [];
  const records: PaxRecord[] = meta.xattrs.map((xattr) => [XATTR_PREFIX + xattr.name, xattr.value]);
  if (!fits(meta.gid, MAX_OCTAL_8)) records.push(["gid", String(meta.gid)]);
  if ((path && !isUtf8(name)) || (linkPath && !isUtf8(linkName))) records.push(["hdrcharset", "BINARY"]);
  if (linkPath) records.push(["linkpath", linkName]);
  if (mtime) records.push(["mtime", formatTime(meta.mtimeSeconds, meta.mtimeNanoseconds)]);
  if (path) records.push(["path", name]);
  if (!fits(size, MAX_OCTAL_12)) records.push(["size", String(size)]);
  if (!fits(meta.uid, MAX_OCTAL_8)) records.push(["uid", String(meta.uid)]);
  return records;
}

/** Bytes of one record, including its length field and the newline. */
export function recordLength([key, value]: PaxRecord): number {
  const rest = key.length + value.length + 3;
  const length = rest + String(rest).length;
  // The length counts its own digits, which may carry it over the next power of ten.
  return rest + String(length).length;
}

/** A record as written to the body: `LENGTH KEY=VALUE\n`. */
export function formatRecord(record: PaxRecord): string {
  return `${recordLength(record)} ${record[0]}=${record[1]}\n`;
}

/**
 * Splits a name that is too long for its field into prefix and name, as Go does; undefined if impossible or not needed.
 */
export function splitName(name: string): { readonly prefix: string; readonly name: string } | undefined {
  if (name.length <= NAME_WIDTH || !isAscii(name)) return undefined;
  const end = name.length > PREFIX_WIDTH + 1 ? PREFIX_WIDTH + 1 : name.length - (name.endsWith("/") ? 1 : 0);
  const slash = name.lastIndexOf("/", end - 1);
  const rest = name.length - slash - 1;
  if (slash <= 0 || rest === 0 || rest > NAME_WIDTH) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** Whether a text is ASCII without NUL. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

const NOT_ASCII = /[\0\x80-\uffff]/;

const NAME_WIDTH = 100;
const PREFIX_WIDTH = 155;

function needsRecord(name: string): boolean {
  if (name.length > NAME_WIDTH) return true;
  return !isAscii(name) && isUtf8(name);
}

function fits(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

function isUtf8(text: string): boolean {
  // Nearly all names; decoding a long one takes much longer than this look.
  if (isAscii(text)) return true;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  try {
    UTF8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Seconds with a fraction as long as needed; a time before 1970 is written as its negative distance from 1970. */
function formatTime(seconds: number, nanoseconds: number): string {
  if (nanoseconds === 0) return String(seconds);
  const negative = seconds < 0;
  const whole = negative ? -(seconds + 1) : seconds;
  const fraction = negative ? 1_000_000_000 - nanoseconds : nanoseconds;
  return `${negative ? "-" : ""}${Math.abs(whole)}.${String(fraction).padStart(9, "0").replace(/0+$/, "")}`;
}
