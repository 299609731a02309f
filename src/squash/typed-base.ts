import { DIGEST_START } from "./layer-range.ts";

/**
 * The reference in `--base`, none or one. What may be the digest of a layer is none: the image it names, if it names
 * none of the layers, gets no credentials.
 */
export function typedBase(base: string | undefined): string[] {
  return base === undefined || base === "auto" || DIGEST_START.test(base) ? [] : [base];
}
