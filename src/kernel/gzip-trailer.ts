/** Bytes of a trailer: CRC-32 and length modulo 2^32 of what the member makes, both little-endian. RFC 1952 §2.3.1 */
export const TRAILER_BYTES = 8;

/** The CRC-32 of bytes that follow others, whose CRC-32 is given. */
export type Crc = (bytes: Uint8Array, crc: number) => number;

/** Counts and checks what one gzip member makes. */
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
   * Compares with the member's trailer.
   * @throws Error that says in zlib's words what differs
   */
  verify(trailer: Uint8Array): void {
    const fields = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_BYTES);
    if (fields.getUint32(0, true) !== this.#crc) throw new Error("incorrect data check");
    if (fields.getUint32(4, true) !== this.#length % 2 ** 32) throw new Error("incorrect length check");
  }
}
