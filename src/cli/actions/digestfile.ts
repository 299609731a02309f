import { access, constants, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TransportError, UsageError } from "../../index.ts";

/**
 * Fails before any work is done where {@link writeDigestfile} would fail after all of it, or would replace one of the two images with what is said of them.
 * @throws UsageError ARGUMENT_INVALID; TransportError DESTINATION_REFUSED
 */
export async function checkDigestfile(
  path: string,
  references: readonly string[],
  option = "--digestfile",
): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((cause) => refuse(path, cause));
  const place = await placeOf(path);
  for (const reference of references) {
    for (const other of possiblePaths(reference)) {
      if ((await placeOf(other)) === place) throw taken(path, reference, option);
    }
  }
}

/** A bare path has its colons to itself; after the name of a transport the path ends at the next colon. */
function possiblePaths(reference: string): string[] {
  const [, second = ""] = reference.split(":");
  return [reference, second].filter((path) => path !== "");
}

/** Where a file lies, whether it is there yet or not. */
async function placeOf(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return realpath(path).catch(() => join(folder, basename(path)));
}

function taken(path: string, reference: string, option: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${option} names the same file as ${reference}`, {
    details: { path, hint: "name another file" },
  });
}

/** Writes a text and a newline; a reader finds the old file or the whole new one. @throws TransportError DESTINATION_REFUSED */
export async function writeDigestfile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, `${text}\n`, { flag: "wx" });
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    refuse(path, cause);
  }
}

function refuse(path: string, cause: unknown): never {
  throw new TransportError("DESTINATION_REFUSED", "the file cannot be written", { details: { path }, cause });
}
