import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../errors.ts";

/** Which files must differ from a file that is written. */
export interface Apart {
  /** The option that names the file, as the message says it. */
  readonly option: string;
  /** What is read: references, or paths alone. `-` is stdin there. */
  readonly sources: readonly string[];
  /** What is written besides. `-` is stdout there. */
  readonly destinations: readonly string[];
}

/**
 * Refuses to write to a file that one of the references names too, under any path, or that is part of what one names:
 * of a layout or of a root filesystem.
 * @throws UsageError ARGUMENT_INVALID
 */
export async function assertApart(path: string, { option, sources, destinations }: Apart): Promise<void> {
  const place = await placeOf(path);
  const read = sources.map((text) => ({ text, paths: possiblePaths(text).filter((other) => other !== STDIO) }));
  const written = destinations.map((text) => ({ text, paths: possiblePaths(text) }));
  for (const { text, paths } of [...read, ...written]) {
    const same = (await placesOf(paths)).includes(place);
    if (!same && !(await isPart(place, { text, paths }))) continue;
    const named =
      text === STDIO ? "stdout, which is taken already" : `${same ? "the same file as" : "a file of"} ${text}`;
    throw new UsageError("ARGUMENT_INVALID", `${option} names ${named}`, {
      details: { path, hint: "name another file" },
    });
  }
}

interface Named {
  readonly text: string;
  readonly paths: readonly string[];
}

/** Whether a place is in a named root filesystem, or is one of the files of a layout. image-spec image-layout.md */
async function isPart(place: string, { text, paths }: Named): Promise<boolean> {
  const files = paths.flatMap((path) => [join(path, "index.json"), join(path, "oci-layout")]);
  const folders = text.startsWith("rootfs:") ? paths : paths.map((path) => join(path, "blobs"));
  if ((await placesOf(files)).includes(place)) return true;
  return (await placesOf(folders)).some((folder) => place.startsWith(`${folder}/`));
}

function placesOf(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(placeOf));
}

/** Colons belong to a bare path and to that of `rootfs:`; after any other transport the path ends at the next colon. */
function possiblePaths(reference: string): string[] {
  const [transport = "", second = ""] = reference.split(":");
  return [reference, second, reference.slice(transport.length + 1)].filter((path) => path !== "");
}

const STDIO = "-";
const STDOUT: ReadonlySet<string> = new Set([STDIO, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/** The real path of a file, whether it exists yet or not. */
async function placeOf(path: string): Promise<string> {
  if (STDOUT.has(path)) return STDIO;
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return realpath(path).catch(() => join(folder, basename(path)));
}
