import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addLookOptions, type LookFlags } from "./look-options.ts";

const MORE = `
The rules (R4.1, D3 …) are in docs/semantics.md.

Examples:
  $ planish explain app.tar /etc/passwd
  $ planish explain docker-daemon:app:1.0 var/cache/apt --format json`;

/** Declares `planish explain`. */
export function declareExplain(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("explain")
    .summary("show which layers made a path what it is")
    .description(
      "Lists every layer entry that added, changed, linked, removed or hid a path, the rule that decided it, and what the flat image has there.",
    )
    .argument("<source>", "the image to look into")
    .argument("<path>", "a file, directory or link in it, or one that was removed");
  addLookOptions(command)
    .addHelpText("after", MORE)
    .action(async (source: string, path: string, flags: LookFlags) => {
      const { runExplain } = await import("../actions/explain.ts");
      await runExplain({ source, path, flags }, surroundings);
    });
}
