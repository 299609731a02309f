import { formatSize } from "../amount.ts";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { collect } from "../bytes/collect.ts";
import { LimitError, TransportError } from "../errors.ts";

/**
 * Reads an answer of a server that is no part of an image, and whose size is therefore no matter of `--limit`.
 * @throws TransportError TRANSPORT_FAILED when it has more than `maxBytes`
 */
export async function collectAnswer(stream: ByteStream, maxBytes: number, server: string): Promise<Uint8Array> {
  try {
    return await collect(stream, maxBytes, "answer");
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const message = `${server} gave an answer of more than ${formatSize(maxBytes)}, which no such answer has`;
    throw new TransportError("TRANSPORT_FAILED", message, { cause: error });
  }
}
