import { readFile } from "node:fs/promises";
import { type FlattenOptions, type PruneName, parsePatternLines, UsageError } from "../../index.ts";
import type { ContentFlags } from "../commands/content-options.ts";
import { escapeText } from "../text/escape.ts";

/**
 * What is left out of a result, in the words of the library. The library checks names and patterns.
 * @throws UsageError ARGUMENT_INVALID when a file with patterns cannot be read
 */
export async function contentOptions(flags: ContentFlags): Promise<Pick<FlattenOptions, "exclude" | "prune">> {
  const files = await Promise.all((flags.excludeFrom ?? []).map(readPatterns));
  const exclude = [...files.flat(), ...(flags.exclude ?? [])];
  const prune = (flags.prune ?? []).flatMap((names) => names.split(",")).map((name) => name.trim() as PruneName);
  return { ...(exclude.length > 0 && { exclude }), ...(prune.length > 0 && { prune }) };
}

async function readPatterns(path: string): Promise<string[]> {
  try {
    return parsePatternLines(await readFile(path, "utf8"));
  } catch (cause) {
    const message = `--exclude-from: ${escapeText(path)} cannot be read`;
    throw new UsageError("ARGUMENT_INVALID", message, { cause, details: { path } });
  }
}
