import { rm } from "node:fs/promises";
import type { ByteStream } from "./byte-stream.ts";
import { createFile } from "./file-writer.ts";
import { openSeekableFile, type SeekableFile } from "./seekable-file.ts";

/**
 * Writes a stream to a new temporary file and opens it for reading; if the stream fails, the file is removed. Disposing
 * the result closes the file; it is removed together with its scratch.
 * @throws TransportError DISK_FULL, TRANSPORT_FAILED, and whatever the stream throws
 */
export async function spool(stream: ByteStream, path: string, signal: AbortSignal): Promise<SeekableFile> {
  try {
    await using writer = await createFile(path, { signal, side: "scratch", mode: 0o600 });
    await writer.appendAll(stream);
  } catch (error) {
    // Removed with the scratch at the latest.
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
  return openSeekableFile(path, { signal, side: "scratch" });
}
