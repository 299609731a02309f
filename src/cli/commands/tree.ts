import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addLayerOption, addLookOptions, type LookFlags } from "./look-options.ts";

/** The options of `planish tree`, as commander hands them over. */
export interface TreeFlags extends LookFlags {
  readonly depth: string;
  readonly dirs?: boolean;
  readonly sort: "name" | "size";
}

const MORE = `
Columns:
  SIZE     of the content, of a directory all that is below it; a file with
           several names counts at its first
  ENTRIES  what is below a directory, at every depth

Examples:
  $ planish tree app.tar
  $ planish tree --depth 4 --dirs --sort size docker-daemon:app:1.0 /usr
  $ planish tree --layer 2 app.tar`;

/** Declares `planish tree`. */
export function declareTree(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("tree")
    .summary("show the directories of an image and how large they are")
    .description("Draws the tree below a directory of an image, with what each directory holds in all.")
    .argument("<source>", "the image to look into")
    .argument("[path]", "directory in it", "/");
  addLayerOption(addLookOptions(command))
    .optionsGroup("Output:")
    .option("-L, --depth <n>", "levels to show, or all", "2")
    .option("--dirs", "directories alone")
    .addOption(new Option("--sort <by>", "what comes first").choices(["name", "size"]).default("name"))
    .addHelpText("after", MORE)
    .action(async (source: string, path: string, flags: TreeFlags) => {
      const { runTree } = await import("../actions/tree.ts");
      await runTree({ source, path, flags }, surroundings);
    });
}
