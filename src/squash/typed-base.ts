import { DIGEST_START } from "./layer-range.ts";

/**
 * The reference in `--base`, if there is one. What may be the digest of a layer is not counted: if it turns out to be
 * the name of an image, that is read without credentials.
 */
export function typedBase(base: string | undefined): string[] {
  return base === undefined || base === "auto" || DIGEST_START.test(base) ? [] : [base];
}
