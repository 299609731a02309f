import { type ErrorDetails, LimitError } from "../errors.ts";

/** Bytes before and after decompression, so far. */
export interface Inflated {
  readonly plain: number;
  readonly compressed: number;
}

/** Uncompressed bytes up to which no ratio is remarkable. */
export const EXPANDS_FROM = 100 * 1024 * 1024;

/**
 * Stops decompression bombs; `allowed` is in uncompressed bytes per compressed byte. The first 100 MiB are not checked:
 * small layers of NULs are common.
 * @throws LimitError LIMIT_EXCEEDED compressionRatio
 */
export function checkRatio({ plain, compressed }: Inflated, allowed: number, details: ErrorDetails = {}): void {
  if (plain <= EXPANDS_FROM) return;
  const ratio = plain / Math.max(1, compressed);
  // Rounded up, so that the message never says that a number exceeds itself.
  if (ratio > allowed) throw new LimitError("compressionRatio", allowed, Math.ceil(ratio), details);
}
