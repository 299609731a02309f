import type { ByteStream } from "../../bytes/byte-stream.ts";
import { openSeekableFile, type SeekableFile } from "../../bytes/seekable-file.ts";
import { spool } from "../../bytes/spool.ts";
import { tapped } from "../../bytes/tapped.ts";
import { decompressWithin } from "../../compression/decompress-within.ts";
import { DETECT_BYTES, detectCompression } from "../../compression/detect.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { startStage } from "../../progress/stage-progress.ts";
import { readStdin } from "../stdio.ts";

/**
 * The bytes of an archive as a plain tar that can be read from any position: the file itself, or a copy in scratch if
 * it is compressed or comes from stdin (`-`).
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL; ImageInvalidError GZIP_INVALID, ZSTD_INVALID,
 * IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED (totalBytes, compressionRatio)
 */
export async function openPlainTar(path: string, context: Context, notice: Notice): Promise<SeekableFile> {
  const { signal } = context;
  if (path === "-") return copied({ stream: readStdin(signal), label: "stdin" }, context, notice);
  const file = await openSeekableFile(path, { signal });
  let plain = false;
  try {
    const head = await file.read({ start: 0, end: Math.min(DETECT_BYTES, file.size) });
    plain = detectCompression(head) === "none";
    if (plain) return file;
    return await copied({ stream: file.stream(), label: "compressed archive", total: file.size }, context, notice);
  } finally {
    if (!plain) await file[Symbol.asyncDispose]();
  }
}

type Notice = (diagnostic: Diagnostic) => void;

/** What is copied to scratch; `total` in bytes, if known. */
interface Copied {
  readonly stream: ByteStream;
  readonly label: string;
  readonly total?: number;
}

async function copied(
  { stream: archive, label, total }: Copied,
  context: Context,
  notice: Notice,
): Promise<SeekableFile> {
  const progress = startStage((event) => context.report(event), { stage: "open", label, total });
  const { limits, scratch, signal } = context;
  const read = tapped(archive, (chunk) => progress.advance(chunk.length));
  const plain = await decompressWithin(read, limits, notice);
  const file = await spool(plain, await scratch.path("archive.tar"), signal);
  progress.finish();
  return file;
}
