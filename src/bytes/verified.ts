import { BlobCheck, type Expected } from "./blob-check.ts";
import type { ByteStream } from "./byte-stream.ts";

/**
 * Passes on the chunks of `stream`, and throws before the end if they are not the expected bytes: the last chunk is
 * held back until the digest is verified, and nothing beyond `size` is ever yielded.
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
