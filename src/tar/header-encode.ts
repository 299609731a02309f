import { ImageInvalidError } from "../errors.ts";
import { BLOCK_SIZE, paddedSize } from "./block.ts";
import type { EntryMeta, EntryType } from "./entry.ts";
import { LAYOUT } from "./header-layout.ts";
import { baseName, memberName } from "./path.ts";
import {
  EXTENSION_LIMIT,
  formatRecord,
  isAscii,
  MAX_OCTAL_8,
  MAX_OCTAL_12,
  neededRecords,
  type PaxRecord,
  recordLength,
  splitName,
} from "./pax-records.ts";

/** Types of entries in a flat tar. */
export type HeaderType = Exclude<EntryType, "whiteout" | "opaque" | "aufs-file" | "aufs-link">;

/**
 * The fields of a header. A hard link repeats the metadata of its inode (R5.3). An `Entry` of such a type can be passed
 * as it is.
 */
export interface HeaderFields {
  readonly type: HeaderType;
  /** Cleaned path; "" is the root, which is written `./`. */
  readonly path: string;
  /** Bytes of content of a file; ignored for other types. */
  readonly size: number;
  /** Hard link: cleaned path of the target. Symlink: the target as it is. */
  readonly linkPath?: string | undefined;
  /** 0…2,097,151, for devices; ignored for other types. */
  readonly major: number;
  readonly minor: number;
  /** Written unchanged: the caller has to set mode 0o777 for a symlink. */
  readonly meta: EntryMeta;
}

/**
 * The bytes that Go's archive/tar writes for these fields, in whole blocks: a ustar header, preceded by a pax header if
 * one is needed; uname and gname are empty (R5.4). Two differences: names that are not UTF-8, see {@link
 * neededRecords}, and the first second of the year 1, which to Go means "no time".
 * @throws ImageInvalidError TAR_INVALID if the pax records take more than 1 MiB, which no engine reads
 */
export function encodeHeader(fields: HeaderFields): Uint8Array {
  const texts = headerTexts(fields);
  const records = neededRecords(texts);
  if (records.length === 0) {
    const block = new Uint8Array(BLOCK_SIZE);
    const split = splitName(texts.name);
    putText(block, LAYOUT.prefix, split?.prefix ?? "");
    fillBlock(block, fields, { ...texts, ...(split && { name: split.name }) });
    return block;
  }
  const bodySize = recordsLength(records);
  if (bodySize > EXTENSION_LIMIT) throw tooLong(fields.path, bodySize);
  const bytes = new Uint8Array(BLOCK_SIZE + paddedSize(bodySize) + BLOCK_SIZE);
  fillExtension(bytes.subarray(0, BLOCK_SIZE), texts.name, bodySize);
  putBytes(bytes, BLOCK_SIZE, records.map(formatRecord).join(""));
  const keys = new Set(records.map(([key]) => key));
  const shown = { name: keys.has("path"), linkName: keys.has("linkpath") };
  fillBlock(bytes.subarray(bytes.length - BLOCK_SIZE), fields, {
    ...texts,
    name: shown.name ? toAscii(texts.name) : texts.name,
    linkName: shown.linkName ? toAscii(texts.linkName) : texts.linkName,
  });
  return bytes;
}

/** The length of what {@link encodeHeader} returns, a multiple of 512, computed without encoding. */
export function headerSize(fields: HeaderFields): number {
  const records = neededRecords(headerTexts(fields));
  return records.length === 0 ? BLOCK_SIZE : BLOCK_SIZE + paddedSize(recordsLength(records)) + BLOCK_SIZE;
}

interface HeaderTexts {
  readonly name: string;
  readonly linkName: string;
  readonly size: number;
  readonly meta: EntryMeta;
}

function headerTexts({ type, path, size, linkPath = "", meta }: HeaderFields): HeaderTexts {
  return {
    name: memberName(path, type === "directory"),
    linkName: type === "symlink" || type === "hardlink" ? linkPath : "",
    size: type === "file" ? size : 0,
    meta,
  };
}

function recordsLength(records: readonly PaxRecord[]): number {
  return records.reduce((sum, record) => sum + recordLength(record), 0);
}

const TYPEFLAGS: Readonly<Record<HeaderType, string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  char: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/** Fills a member's own header; a number that is in a pax record instead is written as 0, as Go does. */
function fillBlock(block: Uint8Array, fields: HeaderFields, { name, linkName, size, meta }: HeaderTexts): void {
  const device = fields.type === "char" || fields.type === "block";
  putText(block, LAYOUT.name, name);
  putNumber(block, LAYOUT.mode, meta.mode);
  putNumber(block, LAYOUT.uid, meta.uid);
  putNumber(block, LAYOUT.gid, meta.gid);
  putNumber(block, LAYOUT.size, size);
  putNumber(block, LAYOUT.mtime, meta.mtimeSeconds);
  putText(block, LAYOUT.typeflag, TYPEFLAGS[fields.type]);
  putText(block, LAYOUT.linkName, linkName);
  putNumber(block, LAYOUT.major, device ? fields.major : 0);
  putNumber(block, LAYOUT.minor, device ? fields.minor : 0);
  sign(block);
}

/** Fills the header of the pax records for the member `name`. */
function fillExtension(block: Uint8Array, name: string, size: number): void {
  const directory = name.slice(0, name.lastIndexOf("/") + 1);
  const path = `${directory === "./" ? "" : directory}PaxHeaders.0/${baseName(name)}`;
  putText(block, LAYOUT.name, toAscii(path).slice(0, LAYOUT.name[1]).replace(/\/+$/, ""));
  for (const field of [LAYOUT.mode, LAYOUT.uid, LAYOUT.gid, LAYOUT.mtime]) putNumber(block, field, 0);
  putNumber(block, LAYOUT.size, size);
  putText(block, LAYOUT.typeflag, "x");
  sign(block);
}

type Field = readonly [offset: number, width: number];

/**
 * Writes a text, truncated to its field. Slashes at the end of a truncated text are removed, since to readers a
 * trailing slash means a directory.
 */
function putText(block: Uint8Array, [offset, width]: Field, text: string): void {
  putBytes(block, offset, text.slice(0, width));
  if (text.length > width && text[width - 1] === "/") {
    block[offset + text.slice(0, width - 1).replace(/\/+$/, "").length] = 0;
  }
}

function putNumber(block: Uint8Array, [offset, width]: Field, value: number): void {
  const most = width === 12 ? MAX_OCTAL_12 : MAX_OCTAL_8;
  let rest = value >= 0 && value <= most ? value : 0;
  for (let at = offset + width - 2; at >= offset; at -= 1) {
    block[at] = DIGIT_0 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
}

/** Writes the magic and the checksum, which has six digits, a NUL and a space. */
function sign(block: Uint8Array): void {
  putText(block, LAYOUT.magic, "ustar\x0000");
  const [offset] = LAYOUT.checksum;
  putText(block, LAYOUT.checksum, "        ");
  let sum = 0;
  for (let at = 0; at < block.length; at += 1) sum += block[at] ?? 0;
  putBytes(block, offset, `${sum.toString(8).padStart(6, "0")}\0 `);
}

function putBytes(target: Uint8Array, offset: number, text: string): void {
  for (let at = 0; at < text.length; at += 1) target[offset + at] = text.charCodeAt(at);
}

function toAscii(text: string): string {
  return isAscii(text) ? text : Array.from(text, (char) => (char.charCodeAt(0) < 0x80 ? char : "")).join("");
}

function tooLong(path: string, actual: number): ImageInvalidError {
  return new ImageInvalidError("TAR_INVALID", "the extended attributes and names of an entry take more than 1 MiB", {
    details: { entry: path, rule: "R1.3", allowed: EXTENSION_LIMIT, actual },
  });
}

const DIGIT_0 = 0x30;
