/**
 * Deflate, no flags, no time, no extra flags, unknown system: nothing that differs between runs or machines (R5.10).
 * RFC 1952 §2.3
 */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** The header of a gzip member. */
export function gzipHeader(): Uint8Array {
  return HEADER.slice();
}

/** The trailer of a gzip member, from CRC-32 and length of the content. RFC 1952 §2.3.1 */
export function gzipTrailer(crc: number, length: number): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return trailer;
}
