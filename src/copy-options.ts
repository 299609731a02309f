import type { FlattenOptions, RunOptions } from "./flatten-options.ts";

/** What {@link copy} may be told besides. */
export interface CopyOptions
  extends Omit<RunOptions, "profile" | "strict" | "lenientTar">,
    Pick<FlattenOptions, "allPlatforms" | "force" | "inPlace" | "tags" | "compression"> {}
