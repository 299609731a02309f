import { type FileHandle, open } from "node:fs/promises";
import type { ByteStream } from "./byte-stream.ts";
import { guardIo, type IoPlace } from "./io-error.ts";
import type { WrittenBytes } from "./written-bytes.ts";

/** A new file, written from its start; disposing it closes the file, but does not remove it. */
export interface FileWriter extends AsyncDisposable {
  readonly path: string;
  /** Bytes appended so far. */
  readonly size: number;
  append(chunk: Uint8Array): Promise<void>;
  /** Appends all chunks of a stream and returns how many bytes that were. */
  appendAll(stream: ByteStream): Promise<number>;
  /** Appends several chunks with one system call. */
  appendTogether(chunks: readonly Uint8Array[]): Promise<void>;
  /** Overwrites bytes that were appended before. */
  overwrite(chunk: Uint8Array, position: number): Promise<void>;
  /** Drops everything from `size` on. Ignores the signal, since it undoes a failed append. */
  truncate(size: number): Promise<void>;
  /** Resolves when the bytes have reached the device. */
  sync(): Promise<void>;
}

/** What {@link createFile} needs to know besides the path. */
export interface CreateFileOptions {
  /** Aborts every write to the file. */
  readonly signal: AbortSignal;
  /** Determines which errors a failure becomes. */
  readonly side: IoPlace["side"];
  /** The path that errors name instead, when the file is a temporary one for it. */
  readonly known?: string | undefined;
  /** Permission bits before the umask; 0o666 by default. */
  readonly mode?: number;
  /** Updated after each append, for threads that read the file while it is written. */
  readonly written?: WrittenBytes | undefined;
}

/**
 * Creates a file that must not exist yet.
 * @throws TransportError DISK_FULL, DESTINATION_REFUSED, TRANSPORT_FAILED
 */
export async function createFile(path: string, options: CreateFileOptions): Promise<FileWriter> {
  const place: IoPlace = { side: options.side, path: options.known ?? path };
  options.signal.throwIfAborted();
  const handle = await guardIo(place, () => open(path, "wx", options.mode ?? 0o666));
  return new OpenWriter({ path, handle, place, signal: options.signal, written: options.written });
}

interface OpenWriterInit {
  readonly path: string;
  readonly handle: FileHandle;
  readonly place: IoPlace;
  readonly signal: AbortSignal;
  readonly written: WrittenBytes | undefined;
}

class OpenWriter implements FileWriter {
  readonly path: string;
  size = 0;
  readonly #handle: FileHandle;
  readonly #place: IoPlace;
  readonly #signal: AbortSignal;
  readonly #written: WrittenBytes | undefined;
  #closed: Promise<void> | undefined;

  constructor({ path, handle, place, signal, written }: OpenWriterInit) {
    this.path = path;
    this.#handle = handle;
    this.#place = place;
    this.#signal = signal;
    this.#written = written;
  }

  async append(chunk: Uint8Array): Promise<void> {
    const position = this.size;
    this.size += chunk.length;
    await this.overwrite(chunk, position);
    this.#written?.reach(position + chunk.length);
  }

  async appendAll(stream: ByteStream): Promise<number> {
    const before = this.size;
    for await (const chunk of stream) await this.append(chunk);
    return this.size - before;
  }

  async appendTogether(chunks: readonly Uint8Array[]): Promise<void> {
    this.#signal.throwIfAborted();
    const position = this.size;
    const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.size += total;
    const { bytesWritten } = await guardIo(this.#place, () => this.#handle.writev([...chunks], position));
    // A short write is allowed; if the disk is full, the next call fails.
    if (bytesWritten < total)
      await this.overwrite(Buffer.concat(chunks).subarray(bytesWritten), position + bytesWritten);
    this.#written?.reach(position + total);
  }

  async overwrite(chunk: Uint8Array, position: number): Promise<void> {
    this.#signal.throwIfAborted();
    let done = 0;
    while (done < chunk.length) {
      const offset = done;
      const write = () => this.#handle.write(chunk, offset, chunk.length - offset, position + offset);
      done += (await guardIo(this.#place, write)).bytesWritten;
    }
  }

  async truncate(size: number): Promise<void> {
    await guardIo(this.#place, () => this.#handle.truncate(size));
    this.size = size;
  }

  async sync(): Promise<void> {
    await guardIo(this.#place, () => this.#handle.datasync());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= guardIo(this.#place, () => this.#handle.close());
    await this.#closed;
  }
}
