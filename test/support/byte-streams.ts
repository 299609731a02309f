import type { ByteStream } from "../../src/bytes/byte-stream.ts";
import { decompress } from "../../src/compression/decompress.ts";
import type { gunzip } from "../../src/compression/gunzip.ts";
import type { Diagnostic } from "../../src/diagnostic.ts";
import { isFlattenError } from "../../src/errors.ts";

/** Bytes as a stream whose chunks have `size` bytes. */
export async function* pieces(bytes: Uint8Array, size: number = Number.POSITIVE_INFINITY): ByteStream {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The whole of a stream. */
export async function gather(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  // A stream may reuse the memory of a chunk for the next one.
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The result of decompressing bytes: the content, or the code of the error. */
export interface Outcome {
  readonly bytes: Buffer | undefined;
  readonly code: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Decompresses bytes in chunks of `size`; errors that are not planish's own are rethrown. */
export async function decompressed(bytes: Uint8Array, size?: number, readGzip?: typeof gunzip): Promise<Outcome> {
  const diagnostics: Diagnostic[] = [];
  try {
    const { stream } = await decompress(pieces(bytes, size), (diagnostic) => diagnostics.push(diagnostic), readGzip);
    return { bytes: await gather(stream), code: undefined, diagnostics };
  } catch (error) {
    if (!isFlattenError(error)) throw error;
    return { bytes: undefined, code: error.code, diagnostics };
  }
}

/** Content that compresses like real files: words, numbers and runs; deterministic by seed. */
export function sampleBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; ) {
    state = (state * 48_271) % (2 ** 31 - 1);
    const word = `word${state % 4093} `;
    const run = state % 17 === 0 ? "\0".repeat(state % 700) : word;
    at += Math.max(1, bytes.write(run, at, "latin1"));
  }
  return bytes;
}
