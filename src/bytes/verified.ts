import { ImageInvalidError } from "../errors.ts";
import { type Digest, digestHash, digestHex } from "../oci/digest.ts";
import type { ByteStream } from "./byte-stream.ts";

/** What bytes must prove to be; any descriptor serves. */
export interface Expected {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/**
 * Yields the chunks of `stream` and throws before the end when they are not the expected bytes; the last chunk is held back until the digest is known
 * to be right, and nothing is ever yielded beyond `size`.
 * @throws ImageInvalidError SIZE_MISMATCH or DIGEST_MISMATCH
 */
export async function* verified(stream: ByteStream, expected: Expected): ByteStream {
  const hash = digestHash(expected.digest);
  let seen = 0;
  let last: Uint8Array | undefined;
  for await (const chunk of stream) {
    seen += chunk.length;
    if (seen > expected.size) throw sizeMismatch(expected, `more than ${expected.size}`);
    hash.update(chunk);
    if (seen < expected.size) yield chunk;
    else last = chunk;
  }
  if (seen < expected.size) throw sizeMismatch(expected, `${seen}`);
  const actual = hash.digest("hex");
  if (actual !== digestHex(expected.digest)) {
    throw new ImageInvalidError(
      "DIGEST_MISMATCH",
      `the blob ${expected.digest} holds other bytes: their hash is ${actual}`,
      { details: { digest: expected.digest } },
    );
  }
  if (last !== undefined) yield last;
}

function sizeMismatch(expected: Expected, actual: string): ImageInvalidError {
  return new ImageInvalidError(
    "SIZE_MISMATCH",
    `the blob ${expected.digest} has ${actual} bytes where its descriptor says ${expected.size}`,
    { details: { digest: expected.digest } },
  );
}
