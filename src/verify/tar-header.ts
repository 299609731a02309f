import { tarFault } from "./tar-fault.ts";

/** The fields of a header block, before extension headers are applied. Texts are one char a byte. */
export interface TarHeader {
  readonly gnu: boolean;
  readonly typeflag: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly seconds: number;
  readonly major: number;
  readonly minor: number;
}

/**
 * Decodes a block of 512 bytes at an offset of the tar (R1.1, R1.2). pax(1) §ustar Interchange Format
 * @throws ImageInvalidError TAR_INVALID
 */
export function readHeader(block: Buffer, offset: number): TarHeader {
  const text = block.toString("latin1");
  if (!sumHolds(block, numberAt(text, 148, 8))) {
    throw tarFault("a header whose checksum is wrong", { rule: "R1.2", offset });
  }
  const magic = text.slice(257, 265);
  const star = magic.startsWith("ustar\0") && text.slice(508) === "tar\0";
  const gnu = magic === "ustar  \0";
  const old = !gnu && !magic.startsWith("ustar\0");
  const prefix = old ? "" : gnu ? prefixOverTimes(text) : stringAt(text, 345, star ? 131 : 155);
  const name = stringAt(text, 0, 100);
  const header = {
    gnu,
    typeflag: text.charAt(156),
    name: prefix === "" ? name : `${prefix}/${name}`,
    linkName: stringAt(text, 157, 100),
    mode: numberAt(text, 100, 8),
    uid: numberAt(text, 108, 8),
    gid: numberAt(text, 116, 8),
    size: numberAt(text, 124, 12),
    seconds: numberAt(text, 136, 12),
    major: old ? 0 : numberAt(text, 329, 8),
    minor: old ? 0 : numberAt(text, 337, 8),
  };
  const { mode, uid, gid, size, seconds, major, minor } = header;
  const times = star ? numberAt(text, 476, 12) + numberAt(text, 488, 12) : 0;
  if (Number.isNaN(mode + uid + gid + size + seconds + major + minor + times)) {
    throw tarFault("a header with a malformed number", { rule: "R1.2", offset });
  }
  return header;
}

/**
 * A number field: octal digits among NULs and spaces, or base-256 when its first bit is set. NaN where it is malformed
 * or beyond ±2^53.
 */
export function numberAt(text: string, at: number, width: number): number {
  if (text.charCodeAt(at) >= 0x80) return base256(text.slice(at, at + width));
  let value = 0;
  for (let end = at; end < at + width; end += 1) {
    const digit = text.charCodeAt(end) - ZERO;
    // Nearly all fields: digits and a NUL, after which everything is ignored.
    if (digit === -ZERO && end > at) return value;
    if (digit < 0 || digit > 7) return paddedNumber(text.slice(at, at + width));
    value = value * 8 + digit;
  }
  return value;
}

/** The code of the digit 0. */
const ZERO = 0x30;

function paddedNumber(field: string): number {
  const digits = field
    .replace(/^[\0 ]+|[\0 ]+$/g, "")
    .split("\0", 1)
    .join();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : Number.NaN;
}

/** Two's complement without the first bit, which only marks the form. */
function base256(field: string): number {
  const value = BigInt.asIntN(field.length * 8 - 1, BigInt(`0x${Buffer.from(field, "latin1").toString("hex")}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : Number.NaN;
}

/** A text field: all up to the first NUL. */
function stringAt(text: string, at: number, width: number): string {
  const end = text.indexOf("\0", at);
  return text.slice(at, end === -1 ? at + width : Math.min(end, at + width));
}

/**
 * Go before 1.8 wrote prefixes into GNU headers, in the place of access and change time: what cannot be a time is a
 * prefix. golang.org/issue/12594
 */
function prefixOverTimes(text: string): string {
  const times = [345, 357].map((at) => (text.charAt(at) === "\0" ? 0 : numberAt(text, at, 12)));
  const prefix = stringAt(text, 345, 155);
  return times.some(Number.isNaN) && Buffer.byteLength(prefix) === prefix.length ? prefix : "";
}

/**
 * The bytes of a block add up to its checksum, with spaces in the checksum's own place; some old writers summed signed
 * bytes.
 */
function sumHolds(block: Buffer, stated: number): boolean {
  const sum = sumOf(block, 0, 148) + 8 * 0x20 + sumOf(block, 156, 512);
  return stated === sum || stated === sum - 256 * highBytes(block);
}

function sumOf(block: Buffer, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += block[at] ?? 0;
  return sum;
}

/** How many bytes outside the checksum would be negative if they were signed. */
function highBytes(block: Buffer): number {
  return block.filter((byte, at) => byte >= 0x80 && (at < 148 || at >= 156)).length;
}
