import { BlobCheck, type Expected } from "./blob-check.ts";
import type { ByteStream } from "./byte-stream.ts";

/**
 * Yields the chunks of `stream` and throws before the end when they are not the expected bytes; the last chunk is held
 * back until the digest is known to be right, and nothing is ever yielded beyond `size`.
 * @throws ImageInvalidError SIZE_MISMATCH or DIGEST_MISMATCH
 */
export async function* verified(stream: ByteStream, expected: Expected): ByteStream {
  const check = new BlobCheck(expected);
  let last: Uint8Array | undefined;
  for await (const chunk of stream) {
    check.update(chunk);
    if (check.seen < expected.size) yield chunk;
    else last = chunk;
  }
  check.finish();
  if (last !== undefined) yield last;
}
