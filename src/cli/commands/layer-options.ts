import { type Command, Option } from "commander";

/** How the layers of a result are written. */
export interface LayerFlags {
  readonly compression: "auto" | "gzip" | "zstd" | "none";
  readonly compressionLevel?: string;
  readonly canonical?: boolean;
}

/** Declares the options of {@link LayerFlags}. */
export function addLayerOptions(command: Command): Command {
  return command
    .optionsGroup("Layer:")
    .addOption(
      new Option("--compression <how>", "auto: what suits the destination best")
        .choices(["auto", "gzip", "zstd", "none"])
        .default("auto"),
    )
    .option("--compression-level <n>", "gzip 0-9, zstd 1-22 (default: 6 and 3)")
    .option("--canonical", "write all headers in one form, so that equal filesystems get equal diffIDs");
}
