import type { Command } from "commander";
import { collect } from "./shared-options.ts";

/** Options that leave files out of a result. */
export interface ContentFlags {
  readonly exclude?: readonly string[];
  readonly excludeFrom?: readonly string[];
  readonly prune?: readonly string[];
}

/** Declares the options of {@link ContentFlags}. */
export function addContentOptions(command: Command): Command {
  return command
    .optionsGroup("Content:")
    .option(
      "--exclude <glob>",
      "leave out what matches, in .dockerignore syntax, repeatable; !GLOB keeps it, even from --prune",
      collect,
    )
    .option("--exclude-from <file>", "read patterns from a file, before those of --exclude, repeatable", collect)
    .option(
      "--prune <kinds>",
      "leave out, separated by commas: apt, apk, dnf, pip, npm, docs, man, locales, caches, logs, pyc",
      collect,
    );
}
