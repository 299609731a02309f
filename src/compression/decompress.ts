import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Compression } from "../oci/media-type.ts";
import { gunzip } from "./gunzip.ts";
import { recognise } from "./readable.ts";
import { unzstd } from "./unzstd.ts";

/** A blob's uncompressed bytes, and its compression. */
export interface Decompressed {
  readonly compression: Compression;
  readonly stream: ByteStream;
}

/**
 * Detects the compression of `blob` by magic number and streams its uncompressed bytes. An error of `blob` itself, such
 * as a wrong digest, is thrown unchanged and takes precedence over damage, which it may explain: damage is reported
 * only after the rest of the blob was read. The caller must consume the stream, or the blob stays open. `readGzip` is
 * {@link gunzip}, or {@link gunzipHere} in threads that may block.
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
