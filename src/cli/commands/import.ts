import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addChangeOptions, type ChangeFlags } from "./change-options.ts";
import { addContentOptions, type ContentFlags } from "./content-options.ts";
import { addLayerOptions, type LayerFlags } from "./layer-options.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addConcurrencyOption,
  addMergeOptions,
  addResultOptions,
  addRunOptions,
  addVerifyOption,
  type MergeFlags,
  ONLY_DIGEST,
  type ResultFlags,
  type SharedFlags,
} from "./shared-options.ts";
import { addTimeOptions, type TimeFlags } from "./time-options.ts";

/** The options of `planish import`, as parsed by commander. */
export interface ImportFlags
  extends Omit<SharedFlags, "platform">,
    MergeFlags,
    Omit<ResultFlags, "inPlace" | "allPlatforms">,
    ContentFlags,
    LayerFlags,
    ChangeFlags,
    TimeFlags {
  readonly platform?: string;
  readonly verify?: boolean;
  readonly configIn?: string;
}

const MORE = `
ROOTFS is a folder, a .tar, .tar.gz or .tar.zst, or - for one of these on stdin.
Destinations are those of planish flatten.

Examples:
  $ planish import rootfs/ docker-daemon:app:1.0
  $ planish import app.tar.gz docker-daemon:app:1.0 --config-in app.json
  $ planish import app.tar.gz docker-daemon:app:1.0 --change 'CMD ["/app"]'
  $ debootstrap bookworm debian && planish import debian/ oci:layout:bookworm
  $ docker export CONTAINER | planish import - docker-archive:app.tar -t app:1.0`;

/** Declares `planish import`. */
export function declareImport(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("import")
    .summary("make an image from a root filesystem")
    .description("Writes an image with the files of ROOTFS as its only layer. ROOTFS is never changed.")
    .argument("<rootfs>", "a folder or tar that holds a root filesystem")
    .argument("<destination>", "where the image goes");
  addVerifyOption(addResultOptions(command, { named: false }))
    .optionsGroup("Image:")
    .option(
      "--config-in <path>",
      "the image's config, as planish export --config-out writes it (default: an empty one)",
    )
    .option(
      "--platform <os/arch[/variant]>",
      "platform of an empty config (default: linux on this machine's architecture)",
    );
  addTimeOptions(command, "that of ROOTFS");
  addContentOptions(addChangeOptions(command));
  addMergeOptions(addLayerOptions(command));
  addServerOptions(command);
  addConcurrencyOption(addRunOptions(command, { quiet: ONLY_DIGEST }))
    .addHelpText("after", MORE)
    .action(async (rootfs: string, destination: string, flags: ImportFlags) => {
      const { runImport } = await import("../actions/import.ts");
      await runImport({ rootfs, destination, flags }, surroundings);
    });
}
