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

/** The options of `planish ui`, as parsed by commander. */
export interface UiFlags extends SharedFlags, MergeFlags {
  readonly engine: "docker-daemon" | "podman";
  readonly port?: string;
}

const MORE = `
The pages are those of planish report, made when asked for. They are served only
on 127.0.0.1, and only to those who have the token in the printed URL. Stop it
with Ctrl-C.

Examples:
  $ planish ui
  $ planish ui docker-daemon:app:1.0
  $ planish ui app.tar flat.tar --port 8080
  $ planish ui --engine podman`;

/** Declares `planish ui`. */
export function declareUi(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("ui")
    .summary("look at images in the browser")
    .description("Serves the report of an image, and those of all images in an engine, to a browser on this machine.")
    .argument("[source]", "the image to show first")
    .argument("[flat]", "its flat image, to compare with");
  addPlatformOption(
    command,
    "select this platform of an index (default: linux on this machine's architecture)",
  ).addOption(
    new Option("--engine <name>", "whose images to list").choices(["docker-daemon", "podman"]).default("docker-daemon"),
  );
  addMergeOptions(command);
  addConcurrencyOption(addRunOptions(addServerOptions(command), { quiet: "print only the URL" }))
    .option("--port <n>", "the port to listen on (default: a free one)")
    .addHelpText("after", MORE)
    .action(async (source: string | undefined, flat: string | undefined, flags: UiFlags) => {
      const { runUi } = await import("../actions/ui.ts");
      await runUi({ source, flat, flags }, surroundings);
    });
}
