import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../errors.ts";

/** Which files may not be one. */
export interface Apart {
  /** The option that names the file, as the message says it. */
  readonly option: string;
  /** What is read: references, or paths alone. `-` is stdin there. */
  readonly sources: readonly string[];
  /** What is written besides. `-` is stdout there. */
  readonly destinations: readonly string[];
}

/**
 * Refuses to write to a file that one of some references names too, by whatever way.
 * @throws UsageError ARGUMENT_INVALID
 */
export async function assertApart(path: string, { option, sources, destinations }: Apart): Promise<void> {
  const place = await placeOf(path);
  const read = sources.map((text) => ({ text, paths: possiblePaths(text).filter((other) => other !== STDIO) }));
  const written = destinations.map((text) => ({ text, paths: possiblePaths(text) }));
  for (const { text, paths } of [...read, ...written]) {
    const places = await Promise.all(paths.map(placeOf));
    if (!places.includes(place)) continue;
    throw new UsageError("ARGUMENT_INVALID", `${option} names the same file as ${text}`, {
      details: { path, hint: "name another file" },
    });
  }
}

/** A bare path and that of `rootfs:` have their colons to themselves; after the name of another transport the path ends at the next colon. */
function possiblePaths(reference: string): string[] {
  const [transport = "", second = ""] = reference.split(":");
  return [reference, second, reference.slice(transport.length + 1)].filter((path) => path !== "");
}

const STDIO = "-";
const STDOUT: ReadonlySet<string> = new Set([STDIO, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/** Where a file lies, whether it is there yet or not. */
async function placeOf(path: string): Promise<string> {
  if (STDOUT.has(path)) return STDIO;
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return realpath(path).catch(() => join(folder, basename(path)));
}
