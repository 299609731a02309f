import { DEFAULT_LIMITS, type Limits } from "../limits.ts";

/**
 * For documents that planish wrote itself: they are a little larger than those they were made of, which were within the
 * limits.
 */
export const UNLIMITED: Limits = {
  ...DEFAULT_LIMITS,
  manifestBytes: Number.POSITIVE_INFINITY,
  configBytes: Number.POSITIVE_INFINITY,
  indexEntries: Number.POSITIVE_INFINITY,
  jsonDepth: Number.POSITIVE_INFINITY,
};
