/** Bytes of a trailer: CRC-32 and length modulo 2^32 of the member's output, both little-endian. RFC 1952 §2.3.1 */
export const TRAILER_BYTES = 8;

/** Computes a CRC-32 incrementally: `crc` is that of the bytes before `bytes`. */
export type Crc = (bytes: Uint8Array, crc: number) => number;

/** Computes length and checksum of the output of one gzip member, and verifies them. */
export class MemberCheck {
  readonly #crcOf: Crc;
  #crc = 0;
  #length = 0;

  constructor(crcOf: Crc) {
    this.#crcOf = crcOf;
  }

  add(bytes: Uint8Array): void {
    this.#crc = this.#crcOf(bytes, this.#crc);
    this.#length += bytes.length;
  }

  /**
   * Compares them with the member's trailer.
   * @throws Error that says in zlib's words what differs
   */
  verify(trailer: Uint8Array): void {
    const fields = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_BYTES);
    if (fields.getUint32(0, true) !== this.#crc) throw new Error("incorrect data check");
    if (fields.getUint32(4, true) !== this.#length % 2 ** 32) throw new Error("incorrect length check");
  }
}
