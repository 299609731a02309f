import { type BigIntStats, fstatSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { TransportError } from "../errors.ts";
import type { ByteRange, ByteStream } from "./byte-stream.ts";
import { fileChanged } from "./file-changed.ts";
import { guardIo, type IoPlace } from "./io-error.ts";
import type { FilePlace, SeekableBytes } from "./seekable-bytes.ts";

/** A file opened for reading; disposing it closes it, and may be done repeatedly. */
export interface SeekableFile extends SeekableBytes, AsyncDisposable {
  readonly path: string;
}

/** What {@link openSeekableFile} needs to know besides the path. */
export interface SeekableFileOptions {
  /** Aborts every read of the file. */
  readonly signal: AbortSignal;
  /** Determines which errors a failure becomes; `source` by default. */
  readonly side?: IoPlace["side"];
}

/** Bytes of a chunk. Each is read into a new buffer, because the consumer owns it. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Opens a regular file for reading from any position. Every read compares the file's size and modification time with
 * those at opening, so that old and new bytes of a changed file are never mixed.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED; while reading also ImageInvalidError DIGEST_MISMATCH when
 * the file changed
 */
export async function openSeekableFile(path: string, options: SeekableFileOptions): Promise<SeekableFile> {
  const place: IoPlace = { side: options.side ?? "source", path };
  options.signal.throwIfAborted();
  // Opening a pipe would wait for a writer, and could not be aborted.
  refuseOthers(path, await guardIo(place, () => stat(path, { bigint: true })));
  const handle = await guardIo(place, () => open(path, "r"));
  try {
    const opened = await guardIo(place, () => handle.stat({ bigint: true }));
    refuseOthers(path, opened);
    return new OpenFile({ handle, stat: opened, place, signal: options.signal });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A slice of other bytes; valid as long as those are. */
export function sliceOf(bytes: SeekableBytes, slice: ByteRange): SeekableBytes {
  const size = slice.end - slice.start;
  const shift = (range: ByteRange): ByteRange => {
    checkRange(range, size);
    return { start: slice.start + range.start, end: slice.start + range.end };
  };
  const { file } = bytes;
  return {
    size,
    file: file && { ...file, offset: file.offset + slice.start },
    stream: (range = { start: 0, end: size }) => bytes.stream(shift(range)),
    read: (range) => bytes.read(shift(range)),
  };
}

interface OpenFileInit {
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
  readonly place: IoPlace;
  readonly signal: AbortSignal;
}

class OpenFile implements SeekableFile {
  readonly path: string;
  readonly size: number;
  readonly file: FilePlace;
  readonly #init: OpenFileInit;
  #closed: Promise<void> | undefined;

  constructor(init: OpenFileInit) {
    this.path = init.place.path;
    this.size = Number(init.stat.size);
    this.file = { fd: init.handle.fd, offset: 0, path: this.path };
    this.#init = init;
  }

  async *stream(range: ByteRange = { start: 0, end: this.size }): ByteStream {
    checkRange(range, this.size);
    for (let start = range.start; start < range.end; start += CHUNK_BYTES) {
      yield await this.read({ start, end: Math.min(start + CHUNK_BYTES, range.end) });
    }
  }

  async read(range: ByteRange): Promise<Uint8Array> {
    checkRange(range, this.size);
    const { handle, place, signal } = this.#init;
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafeSlow(range.end - range.start);
    await guardIo(place, async () => {
      await this.#fill(handle, buffer, range.start);
      this.#checkUnchanged();
    });
    return buffer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { handle, place } = this.#init;
    this.#closed ??= guardIo(place, () => handle.close());
    await this.#closed;
  }

  async #fill(handle: FileHandle, buffer: Buffer, position: number): Promise<void> {
    let done = 0;
    while (done < buffer.length) {
      const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
      if (bytesRead === 0) throw fileChanged(this.path);
      done += bytesRead;
    }
  }

  /** The synchronous call costs a microsecond or two; through the thread pool it would cost as much as the read. */
  #checkUnchanged(): void {
    const { handle, stat } = this.#init;
    const now = fstatSync(handle.fd, { bigint: true });
    if (now.size !== stat.size || now.mtimeNs !== stat.mtimeNs) throw fileChanged(this.path);
  }
}

function checkRange(range: ByteRange, size: number): void {
  if (range.start >= 0 && range.start <= range.end && range.end <= size) return;
  throw new TransportError(
    "TRANSPORT_FAILED",
    `bytes ${range.start} to ${range.end} were asked for, but there are only ${size}`,
  );
}

function refuseOthers(path: string, found: BigIntStats): void {
  if (found.isFile()) return;
  const what = found.isDirectory() ? "a folder" : "not a regular file";
  const hint = found.isFIFO() ? { hint: "pipe it into stdin and type - for it" } : {};
  throw new TransportError("TRANSPORT_FAILED", `cannot read ${path}: it is ${what}`, { details: { path, ...hint } });
}
