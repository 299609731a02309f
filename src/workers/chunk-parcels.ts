import type { Parcel } from "./work.ts";

/** Chunks to be moved to a thread. Each must own its whole buffer. */
export async function* chunkParcels(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Parcel<Uint8Array>> {
  for await (const value of chunks) yield { value, transfer: [value.buffer as ArrayBuffer] };
}
