import { LimitError } from "../errors.ts";
import type { ByteStream } from "./byte-stream.ts";

/**
 * Passes on the chunks of `stream` as long as their total is at most `maxBytes`.
 * @throws LimitError LIMIT_EXCEEDED with the limit's name, instead of yielding the chunk that exceeds it
 */
export async function* limited(stream: ByteStream, maxBytes: number, limitName: string): ByteStream {
  let seen = 0;
  for await (const chunk of stream) {
    seen += chunk.length;
    if (seen > maxBytes) throw new LimitError(limitName, maxBytes, seen);
    yield chunk;
  }
}
