import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addContentOptions, type ContentFlags } from "./content-options.ts";
import { addLayerOptions, type LayerFlags } from "./layer-options.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addConcurrencyOption,
  addMergeOptions,
  addPlatformOption,
  addRunOptions,
  type MergeFlags,
  ONLY_DIGEST,
  type SharedFlags,
} from "./shared-options.ts";

/** The options of `planish export`, as parsed by commander. */
export interface ExportFlags extends SharedFlags, MergeFlags, ContentFlags, LayerFlags {
  readonly force?: boolean;
  readonly configOut?: string;
}

const MORE = `
Destinations, by the end of the name:
  PATH.tar, PATH.tar.gz, PATH.tar.zst   a tar with all metadata; needs no root
  PATH/                                 a folder, new or empty; owners, devices
                                        and file capabilities only as root
  PATH.squashfs, PATH.erofs, PATH.ext4  a filesystem, made by mksquashfs,
                                        mkfs.erofs or mke2fs; as root
  -                                     a tar on stdout

SOURCE is any image or container that flatten accepts. No daemon and no running
container are needed, and nothing that engines add gets in.

Examples:
  $ planish export docker://registry.example/app:1.0 app.tar.gz
  $ planish export docker-daemon:app:1.0 rootfs/ --config-out app.json
  $ planish export app.tar - | tar -tv
  $ planish export oci:layout:1.0 vm.ext4 --prune docs,man,locales
  $ wsl --import app app app.tar.gz`;

/** Declares `planish export`. */
export function declareExport(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("export")
    .summary("write the filesystem of an image as a tar, a folder or a filesystem")
    .description(
      "Writes the filesystem that an engine would mount for SOURCE, to the last attribute. SOURCE is never changed.",
    )
    .argument("<source>", "the image or container")
    .argument("<destination>", "where its filesystem goes")
    .optionsGroup("Result:")
    .option("-f, --force", "replace a file at the destination; a folder is never replaced")
    .option("--config-out <path>", "also write the image's config, which a filesystem cannot hold");
  addPlatformOption(command, "select this platform of an index (default: linux on this machine's architecture)");
  addMergeOptions(addLayerOptions(addContentOptions(command)));
  addServerOptions(command);
  addConcurrencyOption(addRunOptions(command, { quiet: ONLY_DIGEST }))
    .addHelpText("after", MORE)
    .action(async (source: string, destination: string, flags: ExportFlags) => {
      const { runExport } = await import("../actions/export.ts");
      await runExport({ source, destination, flags }, surroundings);
    });
}
