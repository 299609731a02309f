import type { ByteStream } from "./byte-stream.ts";
import { limited } from "./limited.ts";

/**
 * Reads a whole stream into memory; allocates for bytes that arrived, never for a size that a header announced.
 * @throws LimitError LIMIT_EXCEEDED when the stream has more than `maxBytes`
 */
export async function collect(stream: ByteStream, maxBytes: number, limitName: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limited(stream, maxBytes, limitName)) chunks.push(chunk);
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
