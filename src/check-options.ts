import type { FlattenOptions } from "./flatten-options.ts";
import { pathRules } from "./prune/path-rules.ts";

/**
 * Refuses options that cannot be carried out, before anything is read.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkOptions({ exclude, prune }: FlattenOptions): void {
  pathRules({ exclude, prune });
}
