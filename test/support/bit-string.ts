/**
 * Bits in the order of reading, to write deflate streams by hand:
 * `new BitString().bits("1").value(1, 2).code("0000000")`.
 */
export class BitString {
  #bits = "";

  /** Appends bits in the order given, for example a code word. */
  bits(bits: string): this {
    this.#bits += bits.replaceAll(" ", "");
    return this;
  }

  /** Appends a number of `count` bits, its lowest bit first. RFC 1951 §3.1.1 */
  value(value: number, count: number): this {
    return this.bits([...value.toString(2).padStart(count, "0")].reverse().join(""));
  }

  /** Zero bits up to the next whole byte, then bytes. */
  bytes(...bytes: readonly number[]): this {
    this.value(0, (8 - (this.#bits.length % 8)) % 8);
    for (const byte of bytes) this.value(byte, 8);
    return this;
  }

  /** The bits as bytes; the last byte is padded with 0. */
  toBuffer(): Buffer {
    const bytes = this.#bits.match(/.{1,8}/g) ?? [];
    return Buffer.from(bytes.map((byte) => Number.parseInt([...byte.padEnd(8, "0")].reverse().join(""), 2)));
  }
}
