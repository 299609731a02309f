import type { Command } from "commander";

/** Options about times in a result. */
export interface TimeFlags {
  readonly timestamp?: string;
  readonly rewriteTimestamp?: boolean;
}

/** Declares the options of {@link TimeFlags}; `otherwise` describes the default creation time, for the help. */
export function addTimeOptions(command: Command, otherwise: string): Command {
  return command
    .option(
      "--created, --timestamp <time>",
      `creation time, RFC 3339 or seconds since 1970 (default: SOURCE_DATE_EPOCH if set, else ${otherwise})`,
    )
    .option("--rewrite-timestamp", "also set files newer than that to that time");
}
