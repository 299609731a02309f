import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addLayerOption, addLookOptions, type LookFlags } from "./look-options.ts";

/** The options of `planish ls`, as commander hands them over. */
export interface LsFlags extends LookFlags {
  readonly recursive?: boolean;
  readonly directory?: boolean;
  readonly bytes?: boolean;
  readonly sort: "name" | "size" | "time";
}

const MORE = `
Columns:
  MODE      type and permissions; + where there are extended attributes. With
            --layer a type w is a whiteout, o an opaque one
  LINKS     names that the file has
  MODIFIED  in UTC
  LAYER     the layer whose tar holds it, 0 at the bottom
  NAME      -> is the target of a symbolic link, = another name of the file

Examples:
  $ planish ls app.tar /etc
  $ planish ls -R --sort size docker-daemon:app:1.0 /var/cache
  $ planish ls --layer 2 docker://registry.example/app:1.0`;

/** Declares `planish ls`. */
export function declareLs(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("ls")
    .summary("list a directory of an image")
    .description("Lists what stands at a path of an image, as ls -l would in a container, and which layer holds it.")
    .argument("<source>", "the image to look into")
    .argument("[path]", "directory or file in it", "/");
  addLayerOption(addLookOptions(command))
    .optionsGroup("Output:")
    .option("-R, --recursive", "everything below, too")
    .option("-d, --directory", "the directory or link itself, not what it leads to")
    .addOption(new Option("--sort <by>", "what comes first").choices(["name", "size", "time"]).default("name"))
    .option("--bytes", "sizes as exact numbers of bytes")
    .addHelpText("after", MORE)
    .action(async (source: string, path: string, flags: LsFlags) => {
      const { runLs } = await import("../actions/ls.ts");
      await runLs({ source, path, flags }, surroundings);
    });
}
