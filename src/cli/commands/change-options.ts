import type { Command } from "commander";
import { collect } from "./shared-options.ts";

/** Options of what is changed in the config and the manifest of a result. */
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

/** Declares what is changed in the config and the manifest of a result. */
export function addChangeOptions(command: Command): Command {
  return command
    .optionsGroup("Config:")
    .option("--change <instruction>", "a Dockerfile instruction, as docker import takes it, repeatable", collect)
    .option("--env <name=value>", "set a variable, after --change, repeatable", collect)
    .option("--unset-env <name>", "take a variable away, repeatable", collect)
    .option("--label <name=value>", "set a label, after --change, repeatable", collect)
    .option("--unset-label <name>", "take a label away, repeatable", collect)
    .option("--annotation <name=value>", "set an annotation of the manifest, repeatable", collect)
    .option("--author <name>", "author of the image")
    .option("--message <text>", "comment of the new layer in the history");
}
