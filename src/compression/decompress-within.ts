import type { ByteStream } from "../bytes/byte-stream.ts";
import { checkRatio } from "../bytes/check-ratio.ts";
import { limited } from "../bytes/limited.ts";
import { tapped } from "../bytes/tapped.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Limits } from "../limits.ts";
import { decompress } from "./decompress.ts";

/**
 * The uncompressed bytes of `blob`, as {@link decompress} yields them, within the limits on size and compression ratio.
 * @throws ImageInvalidError GZIP_INVALID, ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED (totalBytes, compressionRatio)
 */
export async function decompressWithin(
  blob: ByteStream,
  limits: Pick<Limits, "totalBytes" | "compressionRatio">,
  notice: (diagnostic: Diagnostic) => void,
): Promise<ByteStream> {
  let compressed = 0;
  let plain = 0;
  const read = tapped(blob, (chunk) => {
    compressed += chunk.length;
  });
  const { stream } = await decompress(read, notice);
  const checked = tapped(stream, (chunk) => {
    plain += chunk.length;
    checkRatio({ plain, compressed }, limits.compressionRatio);
  });
  return limited(checked, limits.totalBytes, "totalBytes");
}
