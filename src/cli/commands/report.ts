import type { Command } from "commander";
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

/** The options of `planish report`, as parsed by commander. */
export interface ReportFlags extends SharedFlags, MergeFlags {
  readonly output: string;
  readonly force?: boolean;
}

const MORE = `
The report is one HTML file that loads nothing: layers and what each hides, a
map of the bytes, every entry of every layer to search and sort, the config.
Without FLAT it shows what a flatten would write; with FLAT it compares the two,
entry by entry, as planish verify does, which reads both twice.

Examples:
  $ planish report app.tar
  $ planish report docker-daemon:app:1.0 -o app.html
  $ planish report docker-daemon:app:1.0 docker-daemon:app:1.0-flat -o app.html
  $ docker save app:1.0 | planish report - -o - >app.html`;

/** Declares `planish report`. */
export function declareReport(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("report")
    .summary("write a page about an image: layers, map of the bytes, files")
    .description("Writes one HTML file that shows an image layer by layer and file by file.")
    .argument("<source>", "the image to look at")
    .argument("[flat]", "its flat image, to compare with");
  addPlatformOption(command, "select this platform of an index (default: linux on this machine's architecture)")
    .optionsGroup("Result:")
    .option("-o, --output <path>", "where the report goes, - for stdout", "report.html")
    .option("-f, --force", "replace an existing file");
  addMergeOptions(command);
  addConcurrencyOption(addRunOptions(addServerOptions(command), { quiet: "print nothing but errors" }))
    .addHelpText("after", MORE)
    .action(async (source: string, flat: string | undefined, flags: ReportFlags) => {
      const { runReport } = await import("../actions/report.ts");
      await runReport({ source, flat, flags }, surroundings);
    });
}
