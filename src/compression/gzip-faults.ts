import type { Diagnostic } from "../diagnostic.ts";
import { ImageInvalidError } from "../errors.ts";

/** Zero bytes follow the last member, which engines ignore as well. */
export const GZIP_PADDED: Diagnostic = {
  rule: "R8.2",
  message: "Zero bytes follow the last gzip member; they were ignored.",
  strict: false,
};

/** Where a gzip file is damaged, and why, in zlib's words. */
export interface GzipFault {
  readonly reason: string;
  /** Byte offset in the file. */
  readonly compressedOffset: number;
  readonly cause?: unknown;
}

/** The error for a damaged or truncated gzip file: GZIP_INVALID. */
export function damagedGzip({ reason, compressedOffset, cause }: GzipFault): ImageInvalidError {
  return new ImageInvalidError("GZIP_INVALID", `the gzip stream is damaged: ${reason}`, {
    details: { compressedOffset },
    cause,
  });
}

/** The error for anything other than zero bytes after the last member: GZIP_INVALID. */
export function trailingGarbage(compressedOffset: number): ImageInvalidError {
  const message = "something other than zero bytes follows the last gzip member";
  return new ImageInvalidError("GZIP_INVALID", message, { details: { compressedOffset } });
}
