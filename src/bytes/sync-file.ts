import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { fileChanged } from "./file-changed.ts";
import { ioError } from "./io-error.ts";
import type { FilePlace } from "./seekable-bytes.ts";

/**
 * A new temporary file, written from its start with synchronous calls, which block the thread; disposing it closes the
 * file, but does not remove it.
 */
export interface SyncFile extends Disposable {
  /** @throws TransportError DISK_FULL, TRANSPORT_FAILED */
  append(chunk: Uint8Array): void;
}

/** Creates a temporary file that must not exist yet. @throws TransportError DISK_FULL, TRANSPORT_FAILED */
export function createSyncFile(path: string): SyncFile {
  const guard = <T>(work: () => T): T => guardSync("scratch", path, work);
  const fd = guard(() => openSync(path, "wx", 0o600));
  return {
    append(chunk) {
      for (let done = 0; done < chunk.length; ) done += guard(() => writeSync(fd, chunk, done));
    },
    [Symbol.dispose]() {
      guard(() => closeSync(fd));
    },
  };
}

/**
 * Fills a buffer with bytes of an open file, starting `position` bytes after the place's offset; blocks the thread.
 * @throws TransportError TRANSPORT_FAILED; ImageInvalidError DIGEST_MISMATCH if the file ends too early
 */
export function readSyncAt({ fd, offset, path }: FilePlace, position: number, buffer: Uint8Array): void {
  for (let done = 0; done < buffer.length; ) {
    const read = guardSync("source", path, () =>
      readSync(fd, buffer, done, buffer.length - done, offset + position + done),
    );
    if (read === 0) throw fileChanged(path);
    done += read;
  }
}

function guardSync<T>(side: "source" | "scratch", path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ioError(error, { side, path });
  }
}
