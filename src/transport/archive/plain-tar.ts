import type { ByteStream } from "../../bytes/byte-stream.ts";
import { limited } from "../../bytes/limited.ts";
import { openSeekableFile, type SeekableFile } from "../../bytes/seekable-file.ts";
import { spool } from "../../bytes/spool.ts";
import { tapped } from "../../bytes/tapped.ts";
import { decompress } from "../../compression/decompress.ts";
import { DETECT_BYTES, detectCompression } from "../../compression/detect.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { LimitError } from "../../errors.ts";
import { startStage } from "../../progress/stage-progress.ts";
import { readStdin } from "../stdio.ts";

/**
 * The bytes of an archive as a plain tar, to be read from any position: the file itself, or a copy in scratch when it is compressed or comes from
 * stdin (`-`).
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL; ImageInvalidError GZIP_INVALID, ZSTD_INVALID, IMAGE_UNSUPPORTED
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

/** What is copied to scratch; `total` in bytes, where it is known. */
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
  const ratio = new RatioWatch(context.limits.compressionRatio);
  const read = tapped(archive, (chunk) => {
    ratio.read += chunk.length;
    progress.advance(chunk.length);
  });
  const { stream } = await decompress(read, notice);
  const { limits, scratch, signal } = context;
  const plain = limited(
    tapped(stream, (chunk) => ratio.write(chunk.length)),
    limits.totalBytes,
    "totalBytes",
  );
  const file = await spool(plain, await scratch.path("archive.tar"), signal);
  progress.finish();
  return file;
}

/** The compression ratio is not looked at before this many bytes, as with layers. */
const RATIO_FROM = 100 * 1024 * 1024;

/** Stops a small archive that grows beyond all measure before it has filled the disk. */
class RatioWatch {
  readonly #allowed: number;
  /** Bytes as compressed, and uncompressed. */
  read = 0;
  #written = 0;

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  write(bytes: number): void {
    this.#written += bytes;
    const ratio = Math.ceil(this.#written / this.read);
    if (this.#written > RATIO_FROM && ratio > this.#allowed) {
      throw new LimitError("compressionRatio", this.#allowed, ratio);
    }
  }
}
