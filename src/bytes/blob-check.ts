import { ImageInvalidError } from "../errors.ts";
import { type Digest, digestHash, digestHex } from "../oci/digest.ts";

/** Digest and size that bytes must have; any descriptor can be used. */
export interface Expected {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** Compares the size and digest of bytes with the expected ones, chunk by chunk. */
export class BlobCheck {
  /** Bytes seen so far. */
  seen = 0;
  readonly #expected: Expected;
  readonly #hash;

  constructor(expected: Expected) {
    this.#expected = expected;
    this.#hash = digestHash(expected.digest);
  }

  /** @throws ImageInvalidError SIZE_MISMATCH when there are more bytes than expected */
  update(chunk: Uint8Array): void {
    this.seen += chunk.length;
    if (this.seen > this.#expected.size) throw sizeMismatch(this.#expected, `more than ${this.#expected.size}`);
    this.#hash.update(chunk);
  }

  /** Call it once, after the last byte. @throws ImageInvalidError SIZE_MISMATCH, DIGEST_MISMATCH */
  finish(): void {
    const { digest, size } = this.#expected;
    if (this.seen < size) throw sizeMismatch(this.#expected, `${this.seen}`);
    const actual = this.#hash.digest("hex");
    if (actual === digestHex(digest)) return;
    throw new ImageInvalidError("DIGEST_MISMATCH", `the blob ${digest} holds other bytes: their hash is ${actual}`, {
      details: { digest },
    });
  }
}

/** The error for bytes of another size; `actual` says how many there are. */
export function sizeMismatch(expected: Expected, actual: string): ImageInvalidError {
  return new ImageInvalidError(
    "SIZE_MISMATCH",
    `the blob ${expected.digest} has ${actual} bytes where its descriptor says ${expected.size}`,
    { details: { digest: expected.digest } },
  );
}
