import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addLayerOption, addLookOptions, type LookFlags } from "./look-options.ts";

const MORE = `
A file or a pipe gets every byte unchanged. On a terminal, bytes that could move
the cursor or hide text are shown in the form \\x1b.

Examples:
  $ planish cat app.tar /etc/os-release
  $ planish cat docker://registry.example/app:1.0 usr/bin/app > app
  $ planish cat --layer 2 app.tar /etc/passwd | diff - /etc/passwd`;

/** Declares `planish cat`. */
export function declareCat(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("cat")
    .summary("print a file from an image")
    .description("Writes the content of a file in an image to stdout. Links are followed inside the image.")
    .argument("<source>", "the image to look into")
    .argument("<path>", "file in it");
  addLayerOption(addLookOptions(command, { json: false }))
    .addHelpText("after", MORE)
    .action(async (source: string, path: string, flags: LookFlags) => {
      const { runCat } = await import("../actions/cat.ts");
      await runCat({ source, path, flags }, surroundings);
    });
}
