import type { ByteStream } from "../bytes/byte-stream.ts";
import type { FilePlace, SeekableBytes } from "../bytes/seekable-bytes.ts";
import { tapped } from "../bytes/tapped.ts";
import { DETECT_BYTES } from "../compression/detect.ts";
import { readableCompression, recognise } from "../compression/readable.ts";
import type { Compression } from "../oci/media-type.ts";
import type { ByteCounter } from "./byte-counter.ts";

/** How the bytes of a blob can be had. */
export interface BlobInput {
  /** Opens the blob's bytes; they are verified against the descriptor by their end. */
  open(): ByteStream;
  /** Whether each chunk of them belongs to whoever took it, memory and all. */
  readonly givesChunks?: boolean | undefined;
  /** The blob where it lies in a local file, unverified. */
  readonly located?: SeekableBytes | undefined;
  /** Counts the bytes of the blob as they are read. */
  readonly counter: ByteCounter;
}

/** Where a thread reads a blob. */
export interface BlobPlace extends FilePlace {
  /** Bytes that are there, whatever the descriptor says. */
  readonly size: number;
}

/** The bytes of a blob: at a place, or in a stream. */
export interface FoundBlob {
  readonly compression: Compression;
  readonly place?: BlobPlace | undefined;
  /** Verified by its end. */
  readonly stream?: ByteStream | undefined;
}

/**
 * Finds out what a blob is compressed with and how its bytes will come: a blob in a file is read by whoever scans it,
 * where Node need not inflate it as it does zstd.
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
