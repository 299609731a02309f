import type { Command } from "commander";
import { addServerOptions } from "./server-options.ts";
import {
  addCacheOptions,
  addConcurrencyOption,
  addMergeOptions,
  addPlatformOption,
  addRunOptions,
  type MergeFlags,
  type RunOptionTexts,
  type SharedFlags,
} from "./shared-options.ts";

/** Options of the commands that look into one image, as parsed by commander. */
export interface LookFlags extends SharedFlags, Omit<MergeFlags, "strict"> {
  readonly layer?: string;
}

/** Declares which image of an index to read, how its layers are merged, output and resources. */
export function addLookOptions(command: Command, texts: RunOptionTexts = {}): Command {
  addPlatformOption(command, "select this platform of an index (default: linux on this machine's architecture)");
  addMergeOptions(command, { strict: false });
  return addCacheOptions(addConcurrencyOption(addRunOptions(addServerOptions(command), texts)));
}

/** Declares `--layer`, for commands that show files. */
export function addLayerOption(command: Command): Command {
  return command
    .optionsGroup("Image:")
    .option("--layer <n>", "look only into layer <n> (0: bottom), whiteouts included; reads no other layer");
}
