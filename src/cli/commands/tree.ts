import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addLayerOption, addLookOptions, type LookFlags } from "./look-options.ts";

/** The options of `planish tree`, as parsed by commander. */
export interface TreeFlags extends LookFlags {
  readonly depth: string;
  readonly dirs?: boolean;
  readonly sort: "name" | "size";
}

const MORE = `
Columns:
  SIZE     of the content; for a directory, of everything below it. A file with
           several names counts only at the first
  ENTRIES  how many are below a directory, at any depth

Examples:
  $ planish tree app.tar
  $ planish tree --depth 4 --dirs --sort size docker-daemon:app:1.0 /usr
  $ planish tree --layer 2 app.tar`;

/** Declares `planish tree`. */
export function declareTree(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("tree")
    .summary("show the directories of an image and how large they are")
    .description("Draws the tree below a directory of an image, with the total size of each directory.")
    .argument("<source>", "the image to look into")
    .argument("[path]", "directory in it", "/");
  addLayerOption(addLookOptions(command))
    .optionsGroup("Output:")
    .option("-L, --depth <n>", "levels to show, or all", "2")
    .option("--dirs", "show only directories")
    .addOption(new Option("--sort <by>", "sort order").choices(["name", "size"]).default("name"))
    .addHelpText("after", MORE)
    .action(async (source: string, path: string, flags: TreeFlags) => {
      const { runTree } = await import("../actions/tree.ts");
      await runTree({ source, path, flags }, surroundings);
    });
}
