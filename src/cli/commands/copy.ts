import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { REFERENCES } from "./flatten.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addConcurrencyOption,
  addPlatformOptions,
  addResultOptions,
  addRunOptions,
  ONLY_DIGEST,
  type ResultFlags,
  type SharedFlags,
} from "./shared-options.ts";

/** The options of `planish copy`, as parsed by commander. */
export interface CopyFlags extends SharedFlags, ResultFlags {
  readonly compression: "auto" | "gzip" | "zstd" | "none";
}

const MORE = `${REFERENCES}

Whatever the destination accepts arrives byte for byte, with the same digest:
layers, config, manifest, index, and the attestations and artifacts in it. Where
it needs another kind of manifest or compression, only that is changed, and the
output says so.

Examples:
  $ planish copy docker://registry.example/app:1.0 docker-daemon:app:1.0
  $ planish copy docker-daemon:app:1.0 docker://registry.example/app:1.0
  $ planish copy docker://one.example/app:1.0 docker://two.example/app:1.0
  $ planish copy docker-daemon:app:1.0 podman:app:1.0 -t app:latest
  $ planish copy oci:layout:1.0 docker-archive:app.tar -t app:1.0
  $ planish copy docker://registry.example/app:1.0 - | docker load`;

/** Declares `planish copy`. */
export function declareCopy(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("copy")
    .summary("copy an image unchanged, from anywhere to anywhere")
    .description("Writes the image at SOURCE to DESTINATION with all its layers. SOURCE is never changed.")
    .argument("<source>", "the image to copy")
    .argument("<destination>", "where the copy goes");
  addPlatformOptions(addResultOptions(command))
    .optionsGroup("Layers:")
    .addOption(
      new Option("--compression <how>", "auto: unchanged if the destination accepts it")
        .choices(["auto", "gzip", "zstd", "none"])
        .default("auto"),
    );
  addServerOptions(command);
  addConcurrencyOption(addRunOptions(command, { quiet: ONLY_DIGEST }), "layers to copy in parallel (default: 6)")
    .addHelpText("after", MORE)
    .action(async (source: string, destination: string, flags: CopyFlags) => {
      const { runCopy } = await import("../actions/copy.ts");
      await runCopy({ source, destination, flags }, surroundings);
    });
}
