import type { FlattenOptions, RunOptions } from "./flatten-options.ts";

/** Options of {@link copy}. */
export interface CopyOptions
  extends Omit<RunOptions, "profile" | "strict" | "lenientTar">,
    Pick<FlattenOptions, "allPlatforms" | "force" | "inPlace" | "tags" | "compression"> {}
