import { type Command, Option } from "commander";
import { PROGRESS_MODES, type ProgressMode } from "../ui/ui.ts";
import type { ServerFlags } from "./server-options.ts";

/** Options of every command on images, as parsed by commander: values are unchecked text. */
export interface SharedFlags extends ServerFlags {
  readonly platform?: readonly string[];
  readonly lenientTar?: boolean;
  readonly format: "text" | "json";
  readonly progress: ProgressMode;
  readonly quiet?: boolean;
  readonly scratch?: string;
  readonly cache?: string;
  readonly cacheSize?: string;
  readonly concurrency?: string;
  readonly limit?: readonly string[];
}

/** Options of commands that write an image. */
export interface ResultFlags {
  readonly tag?: readonly string[];
  readonly force?: boolean;
  readonly inPlace?: boolean;
  readonly digestfile?: string;
  readonly allPlatforms?: boolean;
}

/** Options of how layers are merged. */
export interface MergeFlags {
  readonly profile?: "auto" | "containerd" | "overlay2" | "spec";
  readonly strict?: boolean;
}

/** Collects the values of a repeatable option, as an argument parser of commander. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Declares `--platform`, which selects images of an index. */
export function addPlatformOption(command: Command, text: string): Command {
  return command.optionsGroup("Image:").option("--platform <os/arch[/variant]>", text, collect);
}

/** Declares the names of a result and the like. Without `named` the source is not an image and has no names to move. */
export function addResultOptions(command: Command, { named = true } = {}): Command {
  const names = named ? " (default: the names of the source)" : "";
  command
    .optionsGroup("Result:")
    .option("-t, --tag <name[:tag]>", `name of the result, repeatable${names}`, collect)
    .option("-f, --force", "replace what is at the destination");
  if (named) command.option("--in-place", "move the source's own name, in Docker or podman, to the result");
  return command.option("--digestfile <path>", "also write the digest of the result to a file");
}

/** Declares `--verify` for a command whose result is an image. */
export function addVerifyOption(command: Command): Command {
  return command.option("--verify", "read the result back and check that it is the same as the source");
}

/** Declares the selection of platforms for a result that may be an index itself. */
export function addPlatformOptions(command: Command): Command {
  return addPlatformOption(
    command,
    "select this platform of an index, repeatable (default: all, if the destination can hold them)",
  ).addOption(new Option("--all-platforms", "all platforms of an index, or fail").conflicts("platform"));
}

/** Declares how layers are merged; `strict: false` for commands that accept everything an engine loads. */
export function addMergeOptions(command: Command, { strict = true } = {}): Command {
  command
    .optionsGroup("Merging:")
    .addOption(
      new Option("--profile <engine>", "engine to follow where engines differ")
        .choices(["auto", "containerd", "overlay2", "spec"])
        .default("auto"),
    );
  if (strict) command.option("--strict", "fail where engines disagree");
  return command.option("--lenient-tar", "accept names that escape the root (clamped to it) and old GNU sparse files");
}

/** Differences between commands in {@link addRunOptions}. */
export interface RunOptionTexts {
  readonly formats?: readonly string[];
  /** False if the command refuses `--format json`, which the help then leaves out. */
  readonly json?: boolean;
  /** Help for a `--quiet` that shortens the result; by default `--quiet` only silences stderr. */
  readonly quiet?: string;
}

/** `--quiet` of commands that write an image. */
export const ONLY_DIGEST = "print only the digest of the result";

/** Declares options for output and resources. */
export function addRunOptions(command: Command, texts: RunOptionTexts = {}): Command {
  const { formats = ["text", "json"], json = true, quiet } = texts;
  return command
    .optionsGroup("Output:")
    .addOption(new Option("--format <format>", "output format").choices(formats).default("text").hideHelp(!json))
    .addOption(
      new Option("--progress <how>", "progress on stderr; json: one event per line")
        .choices(PROGRESS_MODES)
        .default("auto"),
    )
    .addOption(
      new Option("-q, --quiet", quiet ?? "print nothing on stderr but errors").conflicts(quiet ? ["format"] : []),
    )
    .optionsGroup("Resources:")
    .option("--scratch <dir>", "directory for temporary files (default: the system's)")
    .option("--limit <name=value>", `raise or lower a limit, repeatable: ${LIMIT_NAMES}`, collect);
}

/** Declares `--concurrency`, for commands that read layers. */
export function addConcurrencyOption(
  command: Command,
  text = "how much to do in parallel, some 16 MiB each (default: the number of cores)",
): Command {
  return command.optionsGroup("Resources:").option("--concurrency <n>", text);
}

/** Declares the scan cache, for commands that scan layers. */
export function addCacheOptions(command: Command): Command {
  return command
    .optionsGroup("Resources:")
    .option(
      "--cache <dir>",
      "keep what is learned about layers here, for later runs (default: $PLANISH_CACHE, else none)",
    )
    .option("--cache-size <size>", "largest size of the cache; the least recently used goes first (default: 256MiB)");
}

const LIMIT_NAMES =
  "totalBytes, compressionRatio, entries, attributeBytes, pathBytes, layers, manifestBytes, configBytes, archiveManifestBytes, archiveImages, indexEntries, indexDepth, jsonDepth";
