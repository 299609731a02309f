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

/** The options of `planish fsdigest`, as parsed by commander. */
export interface FsdigestFlags extends SharedFlags, Omit<MergeFlags, "strict"> {}

const MORE = `
Equal digests mean that two images have the same files, whatever their layers
are and whoever built them. The config is not part of it.

Examples:
  $ planish fsdigest app.tar
  $ planish fsdigest --quiet docker://registry.example/app:1.0`;

/** Declares `planish fsdigest`. */
export function declareFsdigest(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("fsdigest")
    .summary("print the content address of an image's filesystem")
    .description("Computes a digest of an image's merged filesystem; docs/formats/fsdigest.md defines it.")
    .argument("<source>", "the image to read");
  addPlatformOption(command, "select this platform of an index, repeatable (default: all)");
  addMergeOptions(command, { strict: false });
  addConcurrencyOption(addRunOptions(addServerOptions(command), { quiet: "print only the digest" }))
    .addHelpText("after", MORE)
    .action(async (source: string, flags: FsdigestFlags) => {
      const { runFsdigest } = await import("../actions/fsdigest.ts");
      await runFsdigest({ source, flags }, surroundings);
    });
}
