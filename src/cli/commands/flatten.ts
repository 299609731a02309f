import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addChangeOptions, type ChangeFlags } from "./change-options.ts";
import { addContentOptions, type ContentFlags } from "./content-options.ts";
import { addLayerOptions, type LayerFlags } from "./layer-options.ts";
import { addProvenanceOptions, type ProvenanceFlags } from "./provenance-options.ts";
import { addServerOptions } from "./server-options.ts";
import {
  addCacheOptions,
  addConcurrencyOption,
  addMergeOptions,
  addPlatformOptions,
  addResultOptions,
  addRunOptions,
  addVerifyOption,
  type MergeFlags,
  ONLY_DIGEST,
  type ResultFlags,
  type SharedFlags,
} from "./shared-options.ts";
import { addSquashOptions, type SquashFlags } from "./squash-options.ts";
import { addTimeOptions, type TimeFlags } from "./time-options.ts";

/** The options of `planish flatten`, as parsed by commander. */
export interface FlattenFlags
  extends SharedFlags,
    MergeFlags,
    ResultFlags,
    SquashFlags,
    LayerFlags,
    ContentFlags,
    ChangeFlags,
    TimeFlags,
    ProvenanceFlags {
  readonly verify?: boolean;
  readonly dryRun?: boolean;
  readonly history: "keep" | "redact" | "collapse" | "none";
}

/** Help on references, shared by commands with a source and a destination. */
export const REFERENCES = `
References:
  docker-daemon:NAME                    an image in Docker: name, digest or ID
  podman:NAME                           an image in podman
  container:NAME                        a container in Docker as it is now
  podman-container:NAME                 a container in podman as it is now
  docker://NAME                         an image in a registry
  docker-archive:PATH[:NAME | :@INDEX]  what docker save writes
  oci-archive:PATH[:TAG]                an OCI layout in one tar
  oci:DIR[:TAG | :@INDEX]               an OCI layout in a folder
  rootfs:PATH                           a root filesystem: a folder or a tar
  PATH                                  a file or folder that is one of these
  NAME                                  the image in Docker if Docker has it,
                                        else in a registry; as a destination:
                                        wherever the source is
  -                                     an archive on stdin or stdout`;

const MORE = `${REFERENCES}

Without a destination, the flat image of one in Docker or podman goes beside it:
app:latest becomes app:flat, and app:1.0 becomes app:1.0-flat. -t gives it
another name; --in-place gives it the source's own name.

Examples:
  $ planish flatten docker-daemon:app:1.0
  $ planish flatten docker://registry.example/app:1.0 docker-daemon:app:flat
  $ planish flatten app.tar docker-archive:flat.tar -t app:flat
  $ docker save app:1.0 | planish flatten - - -t app:flat | docker load
  $ planish flatten oci:layout:1.0 oci:layout:1.0-flat --compression zstd
  $ planish flatten app:1.0 --base debian:12
  $ planish flatten app:1.0 --layers 3-7,last:2
  $ planish flatten app:1.0 --prune apt,docs,man --exclude 'tmp/*'
  $ planish flatten app:1.0 --change 'CMD ["app"]' --label version=1.0
  $ planish flatten app.tar --dry-run
  $ digest=$(planish flatten --quiet app.tar oci-archive:flat.tar)`;

/** Declares `planish flatten`. */
export function declareFlatten(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("flatten")
    .summary("make an image of one layer")
    .description(
      "Writes an image with the same filesystem and config as SOURCE, in one layer, or in fewer layers. SOURCE is never changed.",
    )
    .argument("<source>", "the image to flatten")
    .argument("[destination]", "where the flat image goes");
  addFlattenOptions(command)
    .addHelpText("after", MORE)
    .action(async (source: string, destination: string | undefined, flags: FlattenFlags) => {
      const { runFlatten } = await import("../actions/flatten.ts");
      await runFlatten({ source, destination, flags }, surroundings);
    });
}

/** Declares all options of flatten; source and destination are arguments. */
export function addFlattenOptions(command: Command): Command {
  addVerifyOption(addResultOptions(command)).addOption(
    new Option("--dry-run", "say what would be done, and write nothing").conflicts([
      "verify",
      "digestfile",
      "provenanceOut",
      "quiet",
    ]),
  );
  addImageOptions(command);
  addSquashOptions(command);
  addChangeOptions(command);
  addProvenanceOptions(command);
  addContentOptions(command);
  addLayerOptions(command);
  addMergeOptions(command);
  addServerOptions(command);
  return addCacheOptions(addConcurrencyOption(addRunOptions(command, { quiet: ONLY_DIGEST })));
}

function addImageOptions(command: Command): void {
  addPlatformOptions(command).addOption(
    new Option(
      "--history <mode>",
      "old history: keep as steps without a layer, redact its secrets, collapse it into one step, or drop it",
    )
      .choices(["keep", "redact", "collapse", "none"])
      .default("keep"),
  );
  addTimeOptions(command, "the image's own");
}
