import type { ByteStream } from "../bytes/byte-stream.ts";
import { ImageInvalidError } from "../errors.ts";
import type { Compression } from "../oci/media-type.ts";
import { DETECT_BYTES, detectCompression } from "./detect.ts";
import { peek } from "./peek.ts";

/** A blob's bytes, and their compression. */
export interface Recognised {
  readonly compression: Compression;
  /** The whole blob, still compressed; can be iterated once. */
  readonly stream: ByteStream;
}

/**
 * Detects the compression of a blob by magic number. The caller must consume the stream, or the blob stays open.
 * @throws ImageInvalidError IMAGE_UNSUPPORTED for bzip2 and xz
 */
export async function recognise(blob: ByteStream): Promise<Recognised> {
  const { head, stream } = await peek(blob, DETECT_BYTES);
  try {
    return { compression: readableCompression(head), stream };
  } catch (error) {
    for await (const _ of stream) break;
    throw error;
  }
}

/** The compression of a blob with these first bytes. @throws ImageInvalidError IMAGE_UNSUPPORTED for bzip2 and xz */
export function readableCompression(head: Uint8Array): Compression {
  const found = detectCompression(head);
  if (found !== "bzip2" && found !== "xz") return found;
  throw new ImageInvalidError(
    "IMAGE_UNSUPPORTED",
    `the bytes are compressed with ${found}, which planish cannot read`,
    {
      details: {
        hint: `Decompress them first, for an archive: ${found} -dc ARCHIVE | planish flatten - DESTINATION`,
      },
    },
  );
}
