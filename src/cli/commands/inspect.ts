import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addServerOptions } from "./server-options.ts";
import { addPlatformOption, addRunOptions, type SharedFlags } from "./shared-options.ts";

/** The options of `planish inspect`, as parsed by commander. */
export interface InspectFlags extends SharedFlags {
  readonly raw?: "config" | "manifest" | "index";
}

const MORE = `
Examples:
  $ planish inspect app.tar
  $ planish inspect app.tar --raw config | jq .config.Cmd
  $ planish inspect oci:layout:1.0 --format json --platform linux/arm64`;

/** Declares `planish inspect`. */
export function declareInspect(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("inspect")
    .summary("show the config, manifest and layers of an image")
    .description("Shows the names, digests, config and layers of an image. Reads no layer.")
    .argument("<source>", "the image to look at");
  addPlatformOption(command, "select this platform of an index, repeatable (default: all)");
  addRunOptions(addServerOptions(command))
    .optionsGroup("Output:")
    .addOption(
      new Option("--raw <document>", "print only this document, byte for byte")
        .choices(["config", "manifest", "index"])
        .conflicts("format"),
    )
    .addHelpText("after", MORE)
    .action(async (source: string, flags: InspectFlags) => {
      const { runInspect } = await import("../actions/inspect.ts");
      await runInspect({ source, flags }, surroundings);
    });
}
