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

/** The options of `planish ui`, as commander hands them over. */
export interface UiFlags extends SharedFlags, MergeFlags {
  readonly engine: "docker-daemon" | "podman";
  readonly port?: string;
}

const MORE = `
The pages are those of planish report, read when they are asked for. They are
served on 127.0.0.1 alone, and only to who has the token in the printed URL.
Ctrl-C ends it.

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
    .description("Serves the report of an image, and those of all images of an engine, to the browser of this machine.")
    .argument("[source]", "the image to begin with")
    .argument("[flat]", "its flat image, to compare with");
  addPlatformOption(command, "take this platform of an index (default: linux on this architecture)").addOption(
    new Option("--engine <name>", "whose images to list").choices(["docker-daemon", "podman"]).default("docker-daemon"),
  );
  addMergeOptions(command);
  addConcurrencyOption(addRunOptions(addServerOptions(command)))
    .option("--port <n>", "the port to listen on (default: a free one)")
    .addHelpText("after", MORE)
    .action(async (source: string | undefined, flat: string | undefined, flags: UiFlags) => {
      const { runUi } = await import("../actions/ui.ts");
      await runUi({ source, flat, flags }, surroundings);
    });
}
