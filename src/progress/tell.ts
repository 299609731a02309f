import type { Diagnostic } from "../diagnostic.ts";
import type { ProgressEvent } from "./events.ts";

/** Reports what was found as soon as it is, for the result that will hold it too. */
export function tell(
  diagnostics: readonly Diagnostic[],
  { report }: { report(event: ProgressEvent): void },
): readonly Diagnostic[] {
  for (const diagnostic of diagnostics) report({ type: "diagnostic", diagnostic });
  return diagnostics;
}
