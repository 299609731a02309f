import type { ByteStream } from "../bytes/byte-stream.ts";

/** The first bytes of a stream, and the whole stream including them. */
export interface Peeked {
  /** As many bytes as requested, or all if the stream has fewer. */
  readonly head: Uint8Array;
  /** Can be iterated once. */
  readonly stream: ByteStream;
}

/**
 * Reads the first `length` bytes of a stream without losing them. Throws any error of the stream that occurs meanwhile.
 */
export async function peek(input: ByteStream, length: number): Promise<Peeked> {
  const iterator = input[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let have = 0;
  while (have < length) {
    const next = await iterator.next();
    if (next.done) break;
    pieces.push(next.value);
    have += next.value.length;
  }
  return { head: Buffer.concat(pieces).subarray(0, length), stream: resumed(pieces, iterator) };
}

async function* resumed(
  pieces: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
