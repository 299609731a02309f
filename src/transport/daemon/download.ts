import type { OnReadOpts, Socket } from "node:net";
import type { FileWriter } from "../../bytes/file-writer.ts";
import { type BodyDecoder, decoderFor } from "./http-body.ts";

/** A GET whose response body is written to a file. */
export interface Download {
  /** Name for the `Host` header. */
  readonly host: string;
  /** Including the query. */
  readonly path: string;
  readonly file: FileWriter;
  /** Opens a connection that reads into the buffers of `onread`. */
  connect(onread: OnReadOpts): Socket;
  /** Called with every piece of the body before it is written; a piece is valid only during the call. */
  see(piece: Uint8Array): void;
}

/**
 * Writes a response body of hundreds of megabytes to a file and returns the status; nothing is written if that is 400
 * or above. node:http allocates a buffer for every 32 KiB that Go sends, which takes twice the time and five times the
 * CPU; here three buffers are reused. Throws a plain Error if the response is not HTTP or ends early, and what the file
 * throws.
 */
export async function download(request: Download, signal: AbortSignal): Promise<number> {
  const buffers = new WriteBehind(request.file);
  const answer = new Answer((piece) => {
    request.see(piece);
    buffers.take(piece);
  });
  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  const socket = request.connect({
    buffer: () => buffers.free(),
    callback(bytes, buffer) {
      try {
        answer.push(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
        // Some servers and proxies do not close the connection.
        if (answer.done) socket.destroy();
        return buffers.filled(bytes, () => socket.resume());
      } catch (error) {
        socket.destroy(error as Error);
        return false;
      }
    },
  });
  const abort = (): void => void socket.destroy(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  socket.once("error", reject).once("close", () => resolve());
  try {
    socket.write(`GET ${request.path} HTTP/1.1\r\nHost: ${request.host}\r\nConnection: close\r\n\r\n`);
    await Promise.race([closed, buffers.failed]);
    await buffers.flush();
    return answer.end();
  } finally {
    signal.removeEventListener("abort", abort);
    socket.destroy();
    // Even after a failure, no write may still use a buffer when this function returns.
    await buffers.flush().catch(() => {});
  }
}

const MAX_HEAD = 64 * 1024;

/** Parses an HTTP response as it arrives: head, then body. RFC 9112 §4, §5 */
class Answer {
  readonly #take: (piece: Uint8Array) => void;
  #head: Buffer | undefined = Buffer.alloc(0);
  #status = 0;
  #body: BodyDecoder | undefined;

  constructor(take: (piece: Uint8Array) => void) {
    this.#take = take;
  }

  push(data: Buffer): void {
    if (this.#head === undefined) return void this.#body?.push(data, this.#take);
    this.#head = Buffer.concat([this.#head, data]);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0 && this.#head.length <= MAX_HEAD) return;
    const [first = "", ...lines] = this.#head.toString("latin1", 0, Math.max(end, 0)).split("\r\n");
    this.#status = Number(/^HTTP\/1\.[01] ([2-5]\d\d)\b/.exec(first)?.[1] ?? 0);
    if (this.#status === 0) throw new Error("the answer is not HTTP");
    this.#body = this.#status < 400 ? decoderFor(Object.fromEntries(lines.map(headerOf))) : undefined;
    const rest = this.#head.subarray(end + 4);
    this.#head = undefined;
    this.#body?.push(rest, this.#take);
  }

  /** Whether the rest of the connection can be ignored. */
  get done(): boolean {
    return this.#status >= 400 || this.#body?.done === true;
  }

  /** The status, once the connection has ended. */
  end(): number {
    if (this.#status === 0) throw new Error("the connection was closed before an answer");
    this.#body?.end();
    return this.#status;
  }
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

const BUFFERS = 3;
const BUFFER_BYTES = 1024 * 1024;
/** A buffer with less free space than this is written, so that reads are not too small. */
const ROOM_BYTES = 256 * 1024;

/** Reads into several buffers in turn; while one is filled, the bytes of the previous one are written to the file. */
class WriteBehind {
  readonly failed: Promise<never>;
  readonly #file: FileWriter;
  readonly #fail: (error: unknown) => void;
  readonly #buffers = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(BUFFER_BYTES));
  #current = 0;
  #used = 0;
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #writing: Promise<void> = Promise.resolve();
  #resume: (() => void) | undefined;

  constructor(file: FileWriter) {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.failed = promise;
    this.#fail = reject;
    this.#file = file;
  }

  /** The free space of the current buffer, for the next read. */
  free(): Buffer {
    return (this.#buffers[this.#current] as Buffer).subarray(this.#used);
  }

  /** Queues a part of the current buffer to be written. */
  take(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  /**
   * Notes how many bytes were read into the current buffer. Returns false when all other buffers wait to be written:
   * reading must then stop until `resume` is called.
   */
  filled(bytes: number, resume: () => void): boolean {
    this.#used += bytes;
    if (BUFFER_BYTES - this.#used >= ROOM_BYTES) return true;
    this.#write();
    if (this.#pending < BUFFERS - 1) return true;
    this.#resume = resume;
    return false;
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#current = (this.#current + 1) % BUFFERS;
    this.#used = 0;
    this.#pending += 1;
    this.#writing = this.#writing.then(() => this.#append(pieces));
    this.#writing.catch(this.#fail);
  }

  async #append(pieces: readonly Uint8Array[]): Promise<void> {
    if (pieces.length > 0) await this.#file.appendTogether(pieces);
    this.#pending -= 1;
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }
}
