import { type Expected, sizeMismatch } from "../../bytes/blob-check.ts";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";

/**
 * The stream of a blob, with its length checked: a request whose body has another length than announced cannot be sent.
 * The registry checks the digest.
 * @throws ImageInvalidError SIZE_MISMATCH at its end, or before it yields a byte too many
 */
export async function* counted(stream: ByteStream, blob: Expected): ByteStream {
  let seen = 0;
  for await (const chunk of stream) {
    seen += chunk.length;
    if (seen > blob.size) break;
    yield chunk;
  }
  if (seen === blob.size) return;
  throw sizeMismatch(blob, seen > blob.size ? `more than ${blob.size}` : `${seen}`);
}

/** The stream without its first `bytes` bytes. */
export async function* skipped(stream: ByteStream, bytes: number): ByteStream {
  let left = bytes;
  for await (const chunk of stream) {
    const dropped = Math.min(left, chunk.length);
    left -= dropped;
    if (dropped < chunk.length) yield dropped === 0 ? chunk : chunk.subarray(dropped);
  }
}

/** The stream in pieces of exactly `bytes` bytes, except the last one; each is held in memory. */
export async function* pieces(stream: ByteStream, bytes: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (let chunk of stream) {
    while (size + chunk.length >= bytes) {
      const head = chunk.subarray(0, bytes - size);
      chunk = chunk.subarray(head.length);
      yield Buffer.concat([...held, head], bytes);
      held = [];
      size = 0;
    }
    if (chunk.length === 0) continue;
    held.push(chunk);
    size += chunk.length;
  }
  if (size > 0) yield Buffer.concat(held, size);
}

/** Splits a stream into consecutive parts, without holding them in memory. Disposing it closes the stream. */
export class PartReader implements AsyncDisposable {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: ByteStream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /**
   * The next `bytes` bytes, or what is left. The returned function opens them once. A second call throws TransportError
   * TRANSPORT_FAILED, temporary; the caller then starts again with a new stream.
   */
  part(bytes: number): () => ByteStream {
    let opened = false;
    return () => {
      if (opened) {
        throw new TransportError("TRANSPORT_FAILED", "a part of an upload was asked for again after it was sent", {
          details: { temporary: true },
        });
      }
      opened = true;
      return this.#take(bytes);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }

  async *#take(bytes: number): ByteStream {
    let left = bytes;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const chunk = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }
}
