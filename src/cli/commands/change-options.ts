import type { Command } from "commander";
import { collect } from "./shared-options.ts";

/** Options that change the config and the manifest of a result. */
export interface ChangeFlags {
  readonly change?: readonly string[];
  readonly env?: readonly string[];
  readonly unsetEnv?: readonly string[];
  readonly label?: readonly string[];
  readonly unsetLabel?: readonly string[];
  readonly annotation?: readonly string[];
  readonly author?: string;
  readonly message?: string;
}

/** Declares the options of {@link ChangeFlags}. */
export function addChangeOptions(command: Command): Command {
  return command
    .optionsGroup("Config:")
    .option("--change <instruction>", "apply a Dockerfile instruction, as docker import does, repeatable", collect)
    .option("--env <name=value>", "set a variable, after --change, repeatable", collect)
    .option("--unset-env <name>", "remove a variable, repeatable", collect)
    .option("--label <name=value>", "set a label, after --change, repeatable", collect)
    .option("--unset-label <name>", "remove a label, repeatable", collect)
    .option("--annotation <name=value>", "set an annotation on the manifest, repeatable", collect)
    .option("--author <name>", "author of the image")
    .option("--message <text>", "comment on the new layer in the history");
}
