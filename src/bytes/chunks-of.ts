import type { ByteStream } from "./byte-stream.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Streams bytes from memory in chunks of at most 1 MiB, which are views of the same buffer. */
export async function* chunksOf(bytes: Uint8Array): ByteStream {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield bytes.subarray(start, Math.min(start + CHUNK_BYTES, bytes.length));
  }
}
