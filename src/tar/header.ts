import { BLOCK_SIZE, isZero } from "./block.ts";
import { LAYOUT } from "./header-layout.ts";
import { isBase256, parseNumeric, parseOctal } from "./numeric.ts";
import { isAscii } from "./pax-records.ts";

/** Throws the error for an invalid tar; the reader that provides it adds layer, offset and entry. */
export type Refuse = (message: string, rule: string) => never;

/** A decoded header block, before extension headers are applied. Texts have one char per byte. */
export interface Header {
  readonly dialect: Dialect;
  readonly typeflag: string;
  /** Prefix and name joined, not cleaned. */
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
  /**
   * Whether the block has nothing but these fields and owner names, in POSIX form: no base-256, no access time, no part
   * of a sparse map.
   */
  readonly plain: boolean;
}

/** The sum of all bytes of a block, including its checksum field: 0 for a block of NULs. */
export function sumBlock(block: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < BLOCK_SIZE; at += 1) sum += block[at] ?? 0;
  return sum;
}

/**
 * Decodes a header block of any dialect: ustar, star, GNU or v7, distinguished by their magic (R1.1); `sum` is its
 * {@link sumBlock}. A wrong checksum and malformed numbers are refused (R1.2).
 */
export function decodeHeader(block: Buffer, sum: number, refuse: Refuse): Header {
  if (!checksumHolds(block, sum)) refuse("a header whose checksum is wrong", "R1.2");
  const dialect = dialectOf(block);
  const devices = dialect !== "v7";
  const header: Header = {
    dialect,
    typeflag: String.fromCharCode(block[LAYOUT.typeflag[0]] ?? 0),
    name: fullName(block, dialect),
    linkName: text(block, LAYOUT.linkName),
    mode: number(block, LAYOUT.mode),
    uid: number(block, LAYOUT.uid),
    gid: number(block, LAYOUT.gid),
    size: number(block, LAYOUT.size),
    mtime: number(block, LAYOUT.mtime),
    major: devices ? number(block, LAYOUT.major) : 0,
    minor: devices ? number(block, LAYOUT.minor) : 0,
    plain: isPlain(block, dialect),
  };
  const { mode, uid, gid, size, mtime, major, minor } = header;
  // A malformed number is NaN, and makes the sum NaN; the numbers are too small for an infinite sum.
  const numbers = mode + uid + gid + size + mtime + major + minor + starTimes(block, dialect);
  if (Number.isNaN(numbers)) refuse("a header with a malformed number", "R1.2");
  return header;
}

/** Distinguished by the magic. */
type Dialect = "ustar" | "star" | "gnu" | "v7";
type Field = readonly [offset: number, width: number];

function dialectOf(block: Buffer): Dialect {
  const [offset, width] = LAYOUT.magic;
  // Old writers omit the version "00" after "ustar\0"; Go, and thus every engine, ignores it.
  const magic = block.toString("latin1", offset, offset + width);
  if (magic.startsWith("ustar\0")) return starTrailer(block) === "tar\0" ? "star" : "ustar";
  return magic === "ustar  \0" ? "gnu" : "v7";
}

function starTrailer(block: Buffer): string {
  return block.toString("latin1", LAYOUT.starTrailer[0], BLOCK_SIZE);
}

/** Some very old writers summed signed bytes; either sum is accepted. */
function checksumHolds(block: Buffer, sum: number): boolean {
  const [offset, width] = LAYOUT.checksum;
  const stated = parseOctal(block, offset, width);
  let unsigned = sum + width * SPACE;
  for (let at = offset; at < offset + width; at += 1) unsigned -= block[at] ?? 0;
  if (stated === unsigned) return true;
  let high = 0;
  for (let at = 0; at < BLOCK_SIZE; at += 1) {
    const inField = at >= offset && at < offset + width;
    if (!inField && (block[at] ?? 0) >= 0x80) high += 1;
  }
  return stated === unsigned - high * 0x100;
}

function fullName(block: Buffer, dialect: Dialect): string {
  const name = text(block, LAYOUT.name);
  const prefix = prefixOf(block, dialect);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function prefixOf(block: Buffer, dialect: Dialect): string {
  switch (dialect) {
    case "ustar":
      return text(block, LAYOUT.prefix);
    case "star":
      return text(block, LAYOUT.starPrefix);
    case "gnu":
      return mistakenPrefix(block);
    case "v7":
      return "";
  }
}

/**
 * Go before 1.8, with which many old images were built, wrote a prefix over the access and change times of the GNU
 * format. As in later versions of Go, the bytes are a prefix if they are not valid times. golang.org/issue/12594
 */
function mistakenPrefix(block: Buffer): string {
  const times = gnuTime(block, LAYOUT.gnuAtime) + gnuTime(block, LAYOUT.gnuCtime);
  if (!Number.isNaN(times)) return "";
  const prefix = text(block, LAYOUT.prefix);
  return isAscii(prefix) ? prefix : "";
}

function gnuTime(block: Buffer, field: Field): number {
  return block[field[0]] === 0 ? 0 : number(block, field);
}

function starTimes(block: Buffer, dialect: Dialect): number {
  return dialect === "star" ? number(block, LAYOUT.starAtime) + number(block, LAYOUT.starCtime) : 0;
}

function isPlain(block: Buffer, dialect: Dialect): boolean {
  if (dialect !== "ustar" && dialect !== "gnu") return false;
  // From here on a ustar block has only padding; a GNU block has times and sparse maps.
  const used = dialect === "ustar" ? LAYOUT.prefix[0] + LAYOUT.prefix[1] : LAYOUT.gnuAtime[0];
  return isZero(block, used, BLOCK_SIZE) && !NUMBERS.some(([offset]) => isBase256(block, offset));
}

const NUMBERS: readonly Field[] = [
  LAYOUT.mode,
  LAYOUT.uid,
  LAYOUT.gid,
  LAYOUT.size,
  LAYOUT.mtime,
  LAYOUT.major,
  LAYOUT.minor,
];

function number(block: Buffer, [offset, width]: Field): number {
  return parseNumeric(block, offset, width);
}

function text(block: Buffer, [offset, width]: Field): string {
  if (block[offset] === 0) return "";
  let end = offset + 1;
  while (end < offset + width && block[end] !== 0) end += 1;
  return block.toString("latin1", offset, end);
}

const SPACE = 0x20;
