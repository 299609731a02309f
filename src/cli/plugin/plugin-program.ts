import { type Command, Option } from "commander";
import { addFlattenOptions, type FlattenFlags } from "../commands/flatten.ts";
import { addDaemonOptions } from "../commands/server-options.ts";
import { declareComplete } from "../completion/declare-complete.ts";
import { createRoot } from "../program.ts";
import type { Surroundings } from "../surroundings.ts";
import { engineReference } from "./engine-reference.ts";

const MORE = `
Without TARGET, app:latest becomes app:flat, and app:1.0 becomes app:1.0-flat.
IMAGE and TARGET may also be elsewhere: docker://NAME is an image in a registry,
docker-archive:PATH what docker save writes; see planish flatten --help.

Examples:
  $ docker flatten app:1.0
  $ docker flatten app:latest app:small
  $ docker flatten app:1.0 docker://registry.example/app:1.0-flat`;

/**
 * The command line of the plugin: docker's global options, `flatten`, and `__complete`, which docker calls when Tab is
 * pressed.
 */
export function createPluginProgram(surroundings: Surroundings): Command {
  const root = createRoot("docker", surroundings).enablePositionalOptions();
  addGlobalOptions(addDaemonOptions(root));
  declareDockerFlatten(root, surroundings);
  declareComplete(root, surroundings, async () => {
    const { offerImage } = await import("./offer-image.ts");
    return (operand) => offerImage(operand, surroundings);
  });
  return root;
}

/** Global options of docker, which every plugin must accept; these have no effect here. */
function addGlobalOptions(command: Command): Command {
  return command
    .addOption(new Option("-D, --debug").hideHelp())
    .addOption(new Option("-l, --log-level <level>").hideHelp());
}

function declareDockerFlatten(root: Command, surroundings: Surroundings): void {
  const command = root
    .command("flatten")
    .usage("[OPTIONS] IMAGE [TARGET]")
    .description("Make an image with the same filesystem and config as IMAGE in one layer. IMAGE is never changed.")
    .argument("<image>", "image in the daemon: name, digest or ID")
    .argument("[target]", "name of the flat image");
  addGlobalOptions(addFlattenOptions(command))
    .addHelpText("after", MORE)
    .action(async (image: string, target: string | undefined, flags: FlattenFlags) => {
      const { runFlatten } = await import("../actions/flatten.ts");
      const request = {
        source: engineReference(image),
        destination: target === undefined ? undefined : engineReference(target),
        flags: { ...root.opts(), ...flags },
      };
      await runFlatten(request, surroundings);
    });
}
