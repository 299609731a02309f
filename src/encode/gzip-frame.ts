import { crc32 } from "node:zlib";
import type { Crc } from "../kernel/gzip-trailer.ts";

/**
 * Deflate, no flags, no time, no extra flags, unknown system: nothing that differs between runs or machines (R5.10).
 * RFC 1952 §2.3
 */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** Header and trailer of a gzip member. */
export class GzipFrame {
  readonly #crcOf: Crc;
  #crc = 0;
  #length = 0;

  constructor(crcOf: Crc = crc32) {
    this.#crcOf = crcOf;
  }

  header(): Uint8Array {
    return HEADER.slice();
  }

  /**
   * Takes the next bytes of the content. Empty ones are skipped: for them Node 20's crc32 ignores the value that it is
   * given.
   */
  update(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#crc = this.#crcOf(bytes, this.#crc);
    this.#length += bytes.length;
  }

  /** CRC32 and length of the content. RFC 1952 §2.3.1 */
  trailer(): Uint8Array {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#length % 2 ** 32, 4);
    return trailer;
  }
}
