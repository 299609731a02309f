import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * The paths that begin like this, folders with a slash at their end; hidden ones only where a dot was typed, none with
 * control characters. None where nothing can be read.
 */
export async function pathCandidates(beginning: string): Promise<readonly string[]> {
  const folder = beginning.slice(0, beginning.lastIndexOf("/") + 1);
  const start = beginning.slice(folder.length);
  const names = await readdir(folder === "" ? "." : folder).catch(() => []);
  const fitting = names.filter((name) => name.startsWith(start) && isOffered(name, start));
  return Promise.all(
    fitting.sort().map(async (name) => folder + name + ((await isFolder(join(folder, name))) ? "/" : "")),
  );
}

/** An answer is lines, and a shell shows them as they are: names with control characters can only be typed. */
function isOffered(name: string, start: string): boolean {
  return (start.startsWith(".") || !name.startsWith(".")) && !/\p{Cc}/u.test(name);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
