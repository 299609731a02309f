import type { Diagnostic } from "../diagnostic.ts";
import type { Verification } from "../verify/verification.ts";

/**
 * What a comparison of two images found: the same object that `planish verify --format json` prints. All sizes are in
 * bytes.
 */
export interface VerifyResult extends Verification {
  /** What was read, as references that can be typed. */
  readonly source: string;
  readonly flat: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
}
