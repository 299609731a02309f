import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addLayerOption, addLookOptions, type LookFlags } from "./look-options.ts";

/** The options of `planish ls`, as parsed by commander. */
export interface LsFlags extends LookFlags {
  readonly recursive?: boolean;
  readonly directory?: boolean;
  readonly bytes?: boolean;
  readonly sort: "name" | "size" | "time";
}

const MORE = `
Columns:
  MODE      type and permissions; + if there are extended attributes. With
            --layer, type w is a whiteout, o an opaque one
  LINKS     how many names the file has
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
    .description("Lists what is at a path in an image, as ls -l would in a container, and which layer holds it.")
    .argument("<source>", "the image to look into")
    .argument("[path]", "directory or file in it", "/");
  addLayerOption(addLookOptions(command))
    .optionsGroup("Output:")
    .option("-R, --recursive", "also list everything below")
    .option("-d, --directory", "the directory or link itself, not what is in it or where it points")
    .addOption(new Option("--sort <by>", "sort order").choices(["name", "size", "time"]).default("name"))
    .option("--bytes", "sizes in bytes")
    .addHelpText("after", MORE)
    .action(async (source: string, path: string, flags: LsFlags) => {
      const { runLs } = await import("../actions/ls.ts");
      await runLs({ source, path, flags }, surroundings);
    });
}
