import type { FlattenOptions } from "../../index.ts";
import type { TimeFlags } from "../commands/time-options.ts";
import { sourceDateEpoch, timestamp } from "../option-values.ts";
import type { Surroundings } from "../surroundings.ts";
import { definedOnly } from "./run-options.ts";

/** The times in a result, as options of the library. @throws UsageError ARGUMENT_INVALID for an invalid time */
export function timeOptions(flags: TimeFlags, { env }: Pick<Surroundings, "env">): FlattenOptions {
  return definedOnly<FlattenOptions>({
    created: flags.timestamp === undefined ? sourceDateEpoch(env) : timestamp(flags.timestamp),
    rewriteTimestamp: flags.rewriteTimestamp,
  });
}
