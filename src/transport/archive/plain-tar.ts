import type { ByteStream } from "../../bytes/byte-stream.ts";
import { limited } from "../../bytes/limited.ts";
import { openSeekableFile, type SeekableFile } from "../../bytes/seekable-file.ts";
import { spool } from "../../bytes/spool.ts";
import { decompress } from "../../compression/decompress.ts";
import { DETECT_BYTES, detectCompression } from "../../compression/detect.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { readStdin } from "../stdio.ts";

/**
 * The bytes of an archive as a plain tar, to be read from any position: the file itself, or a copy in scratch when it is compressed or comes from stdin (`-`).
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL; ImageInvalidError GZIP_INVALID, ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED (totalBytes)
 */
export async function openPlainTar(path: string, context: Context, notice: Notice): Promise<SeekableFile> {
  const { signal } = context;
  if (path === "-") return decompressed(readStdin(signal), context, notice);
  const file = await openSeekableFile(path, { signal });
  let plain = false;
  try {
    const head = await file.read({ start: 0, end: Math.min(DETECT_BYTES, file.size) });
    plain = detectCompression(head) === "none";
    return plain ? file : await decompressed(file.stream(), context, notice);
  } finally {
    if (!plain) await file[Symbol.asyncDispose]();
  }
}

type Notice = (diagnostic: Diagnostic) => void;

async function decompressed(archive: ByteStream, context: Context, notice: Notice): Promise<SeekableFile> {
  const { stream } = await decompress(archive, notice);
  const { limits, scratch, signal } = context;
  return spool(limited(stream, limits.totalBytes, "totalBytes"), await scratch.path("archive.tar"), signal);
}
