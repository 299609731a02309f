import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addConcurrencyOption,
  addMergeOptions,
  addPlatformOption,
  addRunOptions,
  type MergeFlags,
  type SharedFlags,
} from "./shared-options.ts";

/** The options of `planish analyze`, as commander hands them over. */
export interface AnalyzeFlags extends SharedFlags, MergeFlags {
  readonly top: string;
}

const MORE = `
Efficiency and wasted bytes are those of dive. "hidden" counts what no container
of the image can see: what flattening takes out.

Examples:
  $ planish analyze app.tar
  $ planish analyze docker-daemon:app:1.0 --top 30
  $ planish analyze docker://registry.example/app:1.0 --format json`;

/** Declares `planish analyze`. */
export function declareAnalyze(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("analyze")
    .summary("show what an image wastes and hides, and whether to flatten it")
    .description(
      "Shows what each layer costs and hides, which secrets hidden layers hold, what the image can do without, and what follows from it.",
    )
    .argument("<image...>", "the images to look at");
  addPlatformOption(command, "take this platform of an index, repeatable (default: all)");
  addMergeOptions(command);
  addConcurrencyOption(addRunOptions(addServerOptions(command)))
    .optionsGroup("Output:")
    .addOption(new Option("--top <n>", "how many of the largest each list shows").default("10"))
    .addHelpText("after", MORE)
    .action(async (images: readonly string[], flags: AnalyzeFlags) => {
      const { runAnalyze } = await import("../actions/analyze.ts");
      await runAnalyze({ images, flags }, surroundings);
    });
}
