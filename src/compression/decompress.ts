import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Compression } from "../oci/media-type.ts";
import { gunzip } from "./gunzip.ts";
import { recognise } from "./readable.ts";
import { unzstd } from "./unzstd.ts";

/** A blob's uncompressed bytes, and what it was compressed with. */
export interface Decompressed {
  readonly compression: Compression;
  readonly stream: ByteStream;
}

/**
 * Finds out by magic number how `blob` is compressed and streams its uncompressed bytes. An error of `blob` itself
 * comes through unchanged and wins over the damage that it explains: what cannot be decompressed is reported only after
 * the rest of the blob was read. Take the stream, or the blob stays open. `readGzip` is {@link gunzip}, or for threads
 * that may wait {@link gunzipHere}.
 * @throws ImageInvalidError GZIP_INVALID, ZSTD_INVALID; IMAGE_UNSUPPORTED for bzip2, xz and zstd that needs a
 * dictionary or too much memory
 */
export async function decompress(
  blob: ByteStream,
  notice: (diagnostic: Diagnostic) => void,
  readGzip: typeof gunzip = gunzip,
): Promise<Decompressed> {
  const { compression, stream } = await recognise(blob);
  switch (compression) {
    case "none":
      return { compression, stream };
    case "gzip":
      return { compression, stream: readGzip(stream, notice) };
    case "zstd":
      return { compression, stream: unzstd(stream) };
  }
}
