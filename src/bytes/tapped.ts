import type { ByteStream } from "./byte-stream.ts";

/** The same chunks, each shown to `see` before it is passed on; what `see` throws ends the stream. */
export async function* tapped(stream: ByteStream, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) {
    see(chunk);
    yield chunk;
  }
}
