import { UsageError } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { pathRules } from "./prune/path-rules.ts";

/**
 * Refuses options that cannot be carried out, before anything is read.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkOptions({ exclude, prune, message, history }: FlattenOptions): void {
  pathRules({ exclude, prune });
  if (message !== undefined && history === "none") {
    throw contradiction("--message", "--history none", "there is no history to put it in");
  }
}

/** The error that names two options which cannot both be meant, and says why. */
function contradiction(one: string, other: string, why: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${one} and ${other} contradict each other: ${why}`);
}
