import { DEFAULT_LIMITS, type Limits } from "../limits.ts";

/**
 * Limits for documents that planish wrote itself: they can be a little larger than the originals, which were within the
 * limits.
 */
export const UNLIMITED: Limits = {
  ...DEFAULT_LIMITS,
  manifestBytes: Number.POSITIVE_INFINITY,
  configBytes: Number.POSITIVE_INFINITY,
  indexEntries: Number.POSITIVE_INFINITY,
  jsonDepth: Number.POSITIVE_INFINITY,
};
