import { type ErrorDetails, LimitError } from "../errors.ts";

/** How far something has been decompressed, in bytes. */
export interface Inflated {
  readonly plain: number;
  readonly compressed: number;
}

/**
 * Stops what grows beyond all measure when it is decompressed; `allowed` is in uncompressed bytes to a compressed one.
 * It is not looked at before 100 MiB: small layers of NULs are common.
 * @throws LimitError LIMIT_EXCEEDED compressionRatio
 */
export function checkRatio({ plain, compressed }: Inflated, allowed: number, details: ErrorDetails = {}): void {
  if (plain <= RATIO_FROM) return;
  const ratio = plain / Math.max(1, compressed);
  // Rounded up, so that the message never has a number exceed itself.
  if (ratio > allowed) throw new LimitError("compressionRatio", allowed, Math.ceil(ratio), details);
}

const RATIO_FROM = 100 * 1024 * 1024;
