import type { Diagnostic } from "../diagnostic.ts";
import type { ProgressEvent } from "./events.ts";

/** Reports diagnostics as events, and returns them for the result. */
export function tell(
  diagnostics: readonly Diagnostic[],
  { report }: { report(event: ProgressEvent): void },
): readonly Diagnostic[] {
  for (const diagnostic of diagnostics) report({ type: "diagnostic", diagnostic });
  return diagnostics;
}
