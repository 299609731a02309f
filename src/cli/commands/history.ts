import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addCacheOptions,
  addConcurrencyOption,
  addMergeOptions,
  addPlatformOption,
  addRunOptions,
  type MergeFlags,
  type SharedFlags,
} from "./shared-options.ts";

/** The options of `planish history`, as parsed by commander. */
export interface HistoryFlags extends SharedFlags, MergeFlags {
  /** False with `--no-trunc`. */
  readonly trunc: boolean;
}

const MORE = `
Columns:
  LAYER    number of the layer, 0 at the bottom; empty for a step without one
  SIZE     of the layer's tar; STORED is its size in the source
  ENTRIES  files, directories, links and whiteouts in the layer
  HIDDEN   entries, and bytes of content, that are not in the flat image: an
           upper layer replaces or removes them, or they are whiteouts

Examples:
  $ planish history app.tar
  $ docker save app:1.0 | planish history - --format json`;

/** Declares `planish history`. */
export function declareHistory(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("history")
    .summary("show the layers of an image and how much of each is hidden")
    .description("Lists the steps that built an image, newest first, with the layer that each produced.")
    .argument("<source>", "the image to look at");
  addPlatformOption(command, "select this platform of an index, repeatable (default: all)");
  addMergeOptions(command);
  addCacheOptions(addConcurrencyOption(addRunOptions(addServerOptions(command))))
    .optionsGroup("Output:")
    .addOption(new Option("--no-trunc", "show commands, digests and times in full"))
    .addHelpText("after", MORE)
    .action(async (source: string, flags: HistoryFlags) => {
      const { runHistory } = await import("../actions/history.ts");
      await runHistory({ source, flags }, surroundings);
    });
}
