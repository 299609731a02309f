import type { ByteStream } from "./byte-stream.ts";

/**
 * Frees the memory of a buffer at once; the garbage collector would let tens of MiB of them pile up. The caller must
 * own the whole buffer and never use it again. Does nothing if `bytes` is a view of only a part of its buffer.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}

/**
 * Passes on the chunks and frees each one when the consumer asks for the next; the stream must own their whole buffers.
 */
export async function* releasing(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) {
    yield chunk;
    release(chunk);
  }
}
