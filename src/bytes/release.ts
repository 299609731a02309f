import type { ByteStream } from "./byte-stream.ts";

/**
 * Gives the memory of a buffer back at once, where the garbage collector would leave tens of MiB of them lying about.
 * The caller owns it whole and never touches it again. A view of a part of a buffer is left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}

/**
 * The same chunks for a consumer that has done with each when it asks for the next: their memory is given back then, so
 * the stream must own them whole.
 */
export async function* releasing(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) {
    yield chunk;
    release(chunk);
  }
}
