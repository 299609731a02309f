/**
 * Tar header blocks for fixtures, byte by byte. Written independently of `src/tar`, from the tables of ustar(5) and
 * tar(5), so that it can be its oracle. Texts are latin1: one char per byte.
 */

export const BLOCK = 512;

/** All fields of a header block; a number may also be given as the raw text of its field. */
export interface BlockFields {
  readonly name: string;
  readonly typeflag: string;
  readonly linkname?: string;
  readonly mode?: number | string;
  readonly uid?: number | string;
  readonly gid?: number | string;
  readonly size?: number | string;
  readonly mtime?: number | string;
  /** Eight bytes at 257: magic and version. */
  readonly magic?: string;
  readonly uname?: string;
  readonly gname?: string;
  readonly major?: number | string;
  readonly minor?: number | string;
  readonly prefix?: string;
  /** Bytes written over the block before it is summed, by offset. */
  readonly patch?: Readonly<Record<number, string>>;
  /** How the checksum is computed; a text is written unchanged. */
  readonly checksum?: "unsigned" | "signed" | { readonly text: string };
}

const USTAR_MAGIC = "ustar\x0000";
export const GNU_MAGIC = "ustar  \0";
export const NO_MAGIC = "";

/** The bytes of a latin1 text. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** A text as its UTF-8 bytes, one char per byte: the form of names everywhere in planish. */
export function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** One header block with its checksum. */
export function headerBlock(fields: BlockFields): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const put = (offset: number, text: string) => block.write(text, offset, "latin1");
  put(0, fields.name.slice(0, 100));
  put(100, numberField(fields.mode ?? 0, 8));
  put(108, numberField(fields.uid ?? 0, 8));
  put(116, numberField(fields.gid ?? 0, 8));
  put(124, numberField(fields.size ?? 0, 12));
  put(136, numberField(fields.mtime ?? 0, 12));
  put(156, fields.typeflag);
  put(157, (fields.linkname ?? "").slice(0, 100));
  put(257, fields.magic ?? USTAR_MAGIC);
  put(265, fields.uname ?? "");
  put(297, fields.gname ?? "");
  if (fields.major !== undefined) put(329, numberField(fields.major, 8));
  if (fields.minor !== undefined) put(337, numberField(fields.minor, 8));
  put(345, fields.prefix ?? "");
  for (const [offset, text] of Object.entries(fields.patch ?? {})) put(Number(offset), text);
  put(148, checksumField(block, fields.checksum ?? "unsigned"));
  return new Uint8Array(block);
}

/** A number in octal, zero-padded, with a NUL at its end; undefined when it does not fit. */
export function octalField(value: number, width: number): string | undefined {
  const digits = value.toString(8);
  return value < 0 || digits.length > width - 1 ? undefined : `${digits.padStart(width - 1, "0")}\0`;
}

/** A number too large for octal as GNU tar writes it: two's complement, big-endian, with the top bit set. */
export function base256Field(value: number | bigint, width: number): string {
  const wide = BigInt.asUintN(width * 8, BigInt(value));
  const bytes = Buffer.from(wide.toString(16).padStart(width * 2, "0"), "hex");
  bytes.writeUInt8((bytes.readUInt8(0) % 0x80) + 0x80, 0);
  return bytes.toString("latin1");
}

/** Content with the NULs that fill its last block. */
export function padded(content: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  out.set(content);
  return out;
}

/** Pieces in one array. */
export function join(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

function numberField(value: number | string, width: number): string {
  if (typeof value === "string") return value;
  const text = octalField(value, width);
  if (text === undefined) throw new Error(`fixture: ${value} does not fit into ${width} octal bytes`);
  return text;
}

function checksumField(block: Buffer, kind: NonNullable<BlockFields["checksum"]>): string {
  if (typeof kind === "object") return kind.text;
  block.fill(" ", 148, 156);
  const bytes = Array.from(kind === "signed" ? new Int8Array(block) : block);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `${sum.toString(8).padStart(6, "0")}\0 `;
}
