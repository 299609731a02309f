import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { type FlattenOptions, type PruneName, parsePatternLines, UsageError } from "../../index.ts";
import type { ContentFlags } from "../commands/content-options.ts";
import { escapeText } from "../text/escape.ts";

/**
 * What to leave out of a result, as options of the library, which checks names and patterns.
 * @throws UsageError ARGUMENT_INVALID when a file with patterns cannot be read, or is not text
 */
export async function contentOptions(flags: ContentFlags): Promise<Pick<FlattenOptions, "exclude" | "prune">> {
  const files = await Promise.all((flags.excludeFrom ?? []).map(readPatterns));
  const exclude = [...files.flat(), ...(flags.exclude ?? [])];
  const prune = (flags.prune ?? []).flatMap((names) => names.split(",")).map((name) => name.trim() as PruneName);
  return { ...(exclude.length > 0 && { exclude }), ...(prune.length > 0 && { prune }) };
}

async function readPatterns(path: string): Promise<string[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unusable(path, "cannot be read", cause);
  });
  if (!isUtf8(bytes) || bytes.includes(0)) throw unusable(path, "is not UTF-8 text");
  return parsePatternLines(bytes.toString("utf8"));
}

function unusable(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError("ARGUMENT_INVALID", `--exclude-from: ${escapeText(path)} ${why}`, { cause, details: { path } });
}
