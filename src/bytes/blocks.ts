import type { ByteStream } from "./byte-stream.ts";

/** Re-chunks a stream into blocks of exactly `size` bytes; the last one may be shorter, but is never empty. */
export async function* blocksOf(stream: ByteStream, size: number): AsyncGenerator<Uint8Array> {
  let block = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for await (const chunk of stream) {
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + size - filled);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < size) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
