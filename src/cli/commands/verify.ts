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

/** The options of `planish verify`, as parsed by commander. */
export interface VerifyFlags extends SharedFlags, Omit<MergeFlags, "strict"> {
  readonly ignoreCreated?: boolean;
  readonly fsdigest?: boolean;
}

const MORE = `
Compares every path with its type, mode, owner, time to the nanosecond, content,
target, device numbers, hard links and extended attributes, and the config
except rootfs and history. FLAT need not be flat: any two images can be
compared.

Exit status: 0 if the same, 7 if different.

Examples:
  $ planish verify app.tar flat.tar
  $ planish verify docker-daemon:app:1.0 docker-daemon:app:1.0-flat
  $ planish verify docker://registry.example/app:1.0 oci:layout --format json`;

/** Declares `planish verify`. */
export function declareVerify(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("verify")
    .summary("check that two images are the same except for their layers")
    .description(
      "Compares the merged filesystems and the configs of two images, entry by entry, with a separate tar reader and merge.",
    )
    .argument("<source>", "the image that was flattened")
    .argument("<flat>", "the flat image that resulted");
  addPlatformOption(command, "compare this platform of an index, repeatable (default: all)")
    .option("--ignore-created", "accept a different creation time; the output says so")
    .option("--fsdigest", "also print the digests of both filesystems; takes a tenth longer");
  addMergeOptions(command, { strict: false });
  addConcurrencyOption(addRunOptions(addServerOptions(command), { quiet: "print nothing; the exit status tells" }))
    .addHelpText("after", MORE)
    .action(async (source: string, flat: string, flags: VerifyFlags) => {
      const { runVerify } = await import("../actions/verify.ts");
      await runVerify({ source, flat, flags }, surroundings);
    });
}
