import type { ByteStream } from "../bytes/byte-stream.ts";
import type { FilePlace, SeekableBytes } from "../bytes/seekable-bytes.ts";
import { tapped } from "../bytes/tapped.ts";
import { DETECT_BYTES } from "../compression/detect.ts";
import { readableCompression, recognise } from "../compression/readable.ts";
import type { Compression } from "../oci/media-type.ts";
import type { ByteCounter } from "./byte-counter.ts";

/** Ways to read a blob. */
export interface BlobInput {
  /** Opens a stream of the blob; at its end it has been verified against the descriptor. */
  open(): ByteStream;
  /** Whether the consumer owns each chunk of the stream with its whole buffer. */
  readonly givesChunks?: boolean | undefined;
  /** The blob in a local file, unverified. */
  readonly located?: SeekableBytes | undefined;
  /** Counts the bytes of the blob as they are read. */
  readonly counter: ByteCounter;
}

/** A blob in a file, to be read by a thread. */
export interface BlobPlace extends FilePlace {
  /** Actual number of bytes, whatever the descriptor says. */
  readonly size: number;
}

/** A blob, either in a file or as a stream. */
export interface FoundBlob {
  readonly compression: Compression;
  readonly place?: BlobPlace | undefined;
  /** Verified at its end. */
  readonly stream?: ByteStream | undefined;
}

/**
 * Detects the compression of a blob and decides how it is read: a blob in a file is read by the scanning thread, unless
 * it is zstd, which Node decompresses in the main thread's streams.
 * @throws ImageInvalidError IMAGE_UNSUPPORTED, and what the blob's stream throws at its beginning
 */
export async function findBlob({ located, open, counter }: BlobInput, signal: AbortSignal): Promise<FoundBlob> {
  signal.throwIfAborted();
  if (located?.file !== undefined) {
    const head = await located.read({ start: 0, end: Math.min(DETECT_BYTES, located.size) });
    const compression = readableCompression(head);
    if (compression !== "zstd") return { compression, place: { ...located.file, size: located.size } };
  }
  const counted = tapped(open(), (chunk) => {
    signal.throwIfAborted();
    counter.add(chunk.length);
  });
  return recognise(counted);
}
