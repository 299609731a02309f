import type { Command } from "commander";
import { collect } from "./shared-options.ts";

/** Options that select the layers to squash. */
export interface SquashFlags {
  readonly layers?: readonly string[];
  readonly base?: string;
  readonly maxLayers?: string;
  readonly mergeSmallerThan?: string;
  readonly split?: string;
}

/** Declares the options of {@link SquashFlags}; without any of them all layers become one. */
export function addSquashOptions(command: Command): Command {
  return command
    .optionsGroup("Which layers become one (default: all):")
    .option(
      "--layers <range>",
      "squash these: 2-5, 3-, first:3, last:3, digests; separated by commas, repeatable",
      collect,
    )
    .option("--base <ref>", "squash everything above this base image: a reference, its top layer's digest, or auto")
    .option("--max-layers <n>", "squash the cheapest layers until <n> are left")
    .option("--merge-smaller-than <size>", "squash adjacent layers that are each smaller than this, such as 10MB")
    .option("--split <n>", "write what would be one layer as <n> of about the same size");
}
