import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { ImageInvalidError } from "../errors.ts";
import type { Compression } from "../oci/media-type.ts";
import { DETECT_BYTES, detectCompression } from "./detect.ts";
import { gunzip } from "./gunzip.ts";
import { peek } from "./peek.ts";
import { unzstd } from "./unzstd.ts";

/** A blob's uncompressed bytes, and what it was compressed with. */
export interface Decompressed {
  readonly compression: Compression;
  readonly stream: ByteStream;
}

/**
 * Finds out by magic number how `blob` is compressed and streams its uncompressed bytes. An error of `blob` itself comes through unchanged and wins over
 * the damage that it explains: what cannot be decompressed is reported only after the rest of the blob was read. Take the stream, or the blob stays open.
 * @throws ImageInvalidError GZIP_INVALID, ZSTD_INVALID; IMAGE_UNSUPPORTED for bzip2, xz and zstd that needs a dictionary or too much memory
 */
export async function decompress(blob: ByteStream, notice: (diagnostic: Diagnostic) => void): Promise<Decompressed> {
  const { head, stream } = await peek(blob, DETECT_BYTES);
  const compression = detectCompression(head);
  switch (compression) {
    case "none":
      return { compression, stream };
    case "gzip":
      return { compression, stream: gunzip(stream, notice) };
    case "zstd":
      return { compression, stream: unzstd(stream) };
    default:
      await close(stream);
      throw unsupported(compression);
  }
}

function unsupported(compression: "bzip2" | "xz"): ImageInvalidError {
  return new ImageInvalidError(
    "IMAGE_UNSUPPORTED",
    `the bytes are compressed with ${compression}, which planish cannot read`,
    {
      details: {
        hint: `Decompress them first, for an archive: ${compression} -dc ARCHIVE | planish flatten - DESTINATION`,
      },
    },
  );
}

async function close(stream: ByteStream): Promise<void> {
  for await (const _ of stream) return;
}
