import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { addServerOptions } from "./server-options.ts";
import { addRunOptions, collect, type SharedFlags } from "./shared-options.ts";

/** The options of `planish images`, as parsed by commander. */
export interface ImagesFlags extends SharedFlags {
  readonly filter?: readonly string[];
  readonly tree?: boolean;
  readonly digests?: boolean;
  /** False with `--no-trunc`. */
  readonly trunc: boolean;
}

const MORE = `
Places:
  docker-daemon[:NAME]        the images in Docker, or those of a repository
  podman[:NAME]               the images in podman
  docker://HOST/REPO[:TAG]    the tags of a repository in a registry
  docker://HOST[/]            all repositories, if the registry lists them
  oci:DIR                     an OCI layout in a folder
  docker-archive:PATH         what docker save writes
  oci-archive:PATH            an OCI layout in one tar
  PATH                        a file or folder that is one of these
  NAME                        a repository in Docker

Examples:
  $ planish images
  $ planish images --tree
  $ planish images podman --filter dangling=true --quiet
  $ planish images --filter 'reference=team/*:1.?'
  $ planish images docker://registry.example/team/app --digests
  $ planish images oci:layout --format json`;

/** Declares `planish images`. */
export function declareImages(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("images")
    .summary("list the images in an engine, a registry, a layout or an archive")
    .description("Lists images, newest first, or shows the layers they share as a tree.")
    .argument("[place]", "where to look", "docker-daemon");
  addRunOptions(
    addServerOptions(
      command
        .optionsGroup("Images:")
        .option("--filter <what=value>", "dangling=true|false, reference=PATTERN; repeatable", collect),
    ),
    { quiet: "print only IDs" },
  )
    .optionsGroup("Output:")
    .addOption(new Option("--tree", "show which images share which layers").conflicts("quiet"))
    .addOption(new Option("--digests", "show the digests of the manifests").conflicts(["quiet", "tree"]))
    .option("--no-trunc", "show IDs and times in full, and every layer of a tree on its own")
    .addHelpText("after", MORE)
    .action(async (place: string, flags: ImagesFlags) => {
      const { runImages } = await import("../actions/images.ts");
      await runImages({ place, flags }, surroundings);
    });
}
