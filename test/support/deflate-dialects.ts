import { constants, crc32, deflateRawSync, gzipSync, type ZlibOptions } from "node:zlib";
import fc from "fast-check";

/** A style in which compressors write gzip. */
export interface DeflateDialect {
  readonly name: string;
  /** The content as a gzip file. */
  gzip(content: Buffer): Buffer;
}

/**
 * Dialects that need no other programs. Together they have stored, fixed and dynamic blocks, many small ones and few
 * large ones, empty ones, several members, distances up to 32 KiB, of 1 and none, and streams assembled from parts, as
 * parallel compressors write them.
 */
export const DIALECTS: readonly DeflateDialect[] = [
  zlib("level 0", { level: 0 }),
  zlib("level 1", { level: 1 }),
  zlib("level 6", { level: 6 }),
  zlib("level 9", { level: 9 }),
  zlib("fixed codes", { strategy: constants.Z_FIXED }),
  zlib("no matches", { strategy: constants.Z_HUFFMAN_ONLY }),
  zlib("runs alone", { strategy: constants.Z_RLE }),
  zlib("memLevel 1", { memLevel: 1 }),
  zlib("memLevel 9", { memLevel: 9 }),
  { name: "sync flushes", gzip: (content) => inParts(content, { bytes: 3000, flush: constants.Z_SYNC_FLUSH }) },
  { name: "full flushes", gzip: (content) => inParts(content, { bytes: 5000, flush: constants.Z_FULL_FLUSH }) },
  { name: "parts as of pigz", gzip: (content) => inParts(content, { bytes: 131_072, flush: constants.Z_SYNC_FLUSH }) },
  {
    name: "parts as of pigz -i",
    gzip: (content) => inParts(content, { bytes: 131_072, flush: constants.Z_FULL_FLUSH }),
  },
  { name: "parts of all kinds", gzip: inMixedParts },
  { name: "members", gzip: (content) => inMembers(content, 70_000) },
  { name: "small members", gzip: (content) => inMembers(content, 600) },
];

/** Any of the dialects; a failed property prints its name. */
export const anyDialect: fc.Arbitrary<DeflateDialect> = fc.constantFrom(...DIALECTS);

function zlib(name: string, options: ZlibOptions): DeflateDialect {
  return { name, gzip: (content) => gzipSync(content, options) };
}

/** How a stream is assembled from parts that were deflated separately. */
interface Parts {
  /** Bytes of content that a part holds. */
  readonly bytes: number;
  /** Z_SYNC_FLUSH: parts refer to earlier content; Z_FULL_FLUSH: they do not. */
  readonly flush: number;
}

function inParts(content: Buffer, { bytes, flush }: Parts): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += bytes) parts.push(part(content, at, bytes, { finishFlush: flush }));
  return member(parts, content);
}

/** Parts of different sizes, levels and strategies, with an empty one here and there. */
function inMixedParts(content: Buffer): Buffer {
  const kinds: readonly ZlibOptions[] = [
    { level: 6 },
    { level: 0 },
    { strategy: constants.Z_FIXED },
    { strategy: constants.Z_HUFFMAN_ONLY },
    { level: 1, memLevel: 1 },
  ];
  const parts: Buffer[] = [];
  for (let at = 0, index = 0; at < content.length; index++) {
    const bytes = index % 7 === 6 ? 0 : 1 + ((index * 7919) % 20_011);
    parts.push(part(content, at, bytes, { ...kinds[index % kinds.length], finishFlush: constants.Z_SYNC_FLUSH }));
    at += bytes;
  }
  return member(parts, content);
}

function part(content: Buffer, at: number, bytes: number, options: ZlibOptions): Buffer {
  const refers = options.finishFlush === constants.Z_SYNC_FLUSH && at > 0;
  const dictionary = refers ? { dictionary: content.subarray(Math.max(0, at - 32_768), at) } : {};
  return deflateRawSync(content.subarray(at, at + bytes), { ...options, ...dictionary });
}

/**
 * One member, made of parts that end at byte boundaries; the last part is an empty stored block. RFC 1952 §2.3, RFC
 * 1951 §3.2.4
 */
export function member(parts: readonly Uint8Array[], content: Uint8Array): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([GZIP_HEADER, ...parts, LAST_BLOCK, trailer]);
}

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);

/** Like eStargz: a member for every `bytes` of content, and an empty one at the end. */
function inMembers(content: Buffer, bytes: number): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < content.length; at += bytes) members.push(gzipSync(content.subarray(at, at + bytes)));
  return Buffer.concat([...members, gzipSync("")]);
}
