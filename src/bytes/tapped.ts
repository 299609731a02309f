import type { ByteStream } from "./byte-stream.ts";

/** Passes each chunk to `see` before it yields it; an error thrown by `see` ends the stream. */
export async function* tapped(stream: ByteStream, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) {
    see(chunk);
    yield chunk;
  }
}
