import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addConcurrencyOption,
  addMergeOptions,
  addPlatformOption,
  addRunOptions,
  collect,
  type MergeFlags,
  type SharedFlags,
} from "./shared-options.ts";

/** Output formats of an analysis. */
export type AnalysisFormat = (typeof FORMATS)[number];

const FORMATS = ["text", "json", "sarif", "junit", "markdown"] as const;

/** The options of `planish analyze`, as parsed by commander. */
export interface AnalyzeFlags extends Omit<SharedFlags, "format">, MergeFlags {
  readonly format: AnalysisFormat;
  readonly top: string;
  readonly failOn?: readonly string[];
  readonly allOf?: string;
  readonly measure?: boolean;
  readonly engine?: "docker" | "podman";
  readonly rounds?: string;
}

const MORE = `
Efficiency and wasted bytes are computed as dive does. "hidden" counts what no
container of the image can see: what flattening removes.

Conditions of --fail-on compare with >, >=, < or <=:
  wasted, hidden, gone, duplicates, prunable   bytes (50MB), or a share (10%)
  size, uncompressed                           bytes of all layers
  efficiency                                   0.9 or 90%
  layers                                       how many
  ghost-secrets                                any, or as in ghost-secrets>2

Examples:
  $ planish analyze app.tar
  $ planish analyze docker-daemon:app:1.0 --top 30
  $ planish analyze app.tar other.tar        # and what both take together
  $ planish analyze --all-of docker-daemon
  $ planish analyze app.tar --measure --rounds 5
  $ planish analyze app.tar --fail-on 'wasted>50MB,efficiency<0.9,ghost-secrets'
  $ planish analyze docker://registry.example/app:1.0 --format sarif`;

/** Declares `planish analyze`. */
export function declareAnalyze(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("analyze")
    .summary("show what an image wastes and hides, and whether to flatten it")
    .description(
      "Shows what each layer costs and hides, secrets in hidden files, what the image could do without, and advice.",
    )
    .argument("[image...]", "the images to look at")
    .optionsGroup("Image:")
    .option(
      "--all-of <place>",
      "look at all tagged images of docker-daemon, podman, docker://HOST/REPOSITORY, oci:DIR, … (planish images)",
    );
  addPlatformOption(command, "select this platform of an index, repeatable (default: all)");
  addMergeOptions(command);
  addConcurrencyOption(addRunOptions(addServerOptions(command), { formats: FORMATS }))
    .optionsGroup("Output:")
    .addOption(new Option("--top <n>", "length of each list, largest first").default("10"))
    .optionsGroup("Measuring:")
    .option(
      "--measure",
      "load or pull, start and read the image and the flat image in an engine, and compare the times",
    )
    .addOption(new Option("--engine <engine>", "where to measure (default: docker)").choices(["docker", "podman"]))
    .option("--rounds <n>", "how often to measure each (default: 3)")
    .optionsGroup("Gates:")
    .option(
      "--fail-on <condition>",
      "exit with status 7 if this holds, repeatable: wasted>50MB, efficiency<0.9, …",
      collect,
    )
    .addHelpText("after", MORE)
    .action(async (images: readonly string[], flags: AnalyzeFlags) => {
      const { runAnalyze } = await import("../actions/analyze.ts");
      await runAnalyze({ images, flags }, surroundings);
    });
}
