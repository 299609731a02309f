import { LimitError } from "../errors.ts";
import type { ByteStream } from "./byte-stream.ts";

/**
 * Yields the chunks of `stream` as long as they stay within `maxBytes` in all.
 * @throws LimitError LIMIT_EXCEEDED with the limit's name, before the chunk that breaks it
 */
export async function* limited(stream: ByteStream, maxBytes: number, limitName: string): ByteStream {
  let seen = 0;
  for await (const chunk of stream) {
    seen += chunk.length;
    if (seen > maxBytes) throw new LimitError(limitName, maxBytes, seen);
    yield chunk;
  }
}
