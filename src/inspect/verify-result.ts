import type { Diagnostic } from "../diagnostic.ts";
import type { Verification } from "../verify/verification.ts";

/** The result of a comparison: the same object that `planish verify --format json` prints. All sizes are in bytes. */
export interface VerifyResult extends Verification {
  /** References to what was read. */
  readonly source: string;
  readonly flat: string;
  /** The platforms that were asked for, `os/arch[/variant]`; others were not compared. Undefined if none were named. */
  readonly platforms?: readonly string[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
}
