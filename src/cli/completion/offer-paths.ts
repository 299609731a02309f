import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { NO_FILES, NO_SPACE, type Offer } from "./offer.ts";

/** Offers paths after a part of a word where shells complete none: a transport, or `--option=`. */
export async function offerPaths(before: string, beginning: string): Promise<Offer> {
  const paths = await pathCandidates(beginning);
  const folders = paths.length > 0 && paths.every((path) => path.endsWith("/"));
  return { candidates: paths.map((path) => before + path), directive: NO_FILES + (folders ? NO_SPACE : 0) };
}

/**
 * Paths that start with what was typed, folders with a trailing slash. Hidden files only if a dot was typed, none with
 * control characters; empty if the folder cannot be read.
 */
async function pathCandidates(beginning: string): Promise<readonly string[]> {
  const folder = beginning.slice(0, beginning.lastIndexOf("/") + 1);
  const start = beginning.slice(folder.length);
  const entries = await readdir(folder === "" ? "." : folder, { withFileTypes: true }).catch(() => []);
  const fitting = entries.filter(({ name }) => name.startsWith(start) && isOffered(name, start));
  fitting.sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(fitting.map(async (entry) => folder + entry.name + ((await isFolder(entry, folder)) ? "/" : "")));
}

/** Answers are lines that the shell prints unescaped, so names with control characters are left out. */
function isOffered(name: string, start: string): boolean {
  return (start.startsWith(".") || !name.startsWith(".")) && !/\p{Cc}/u.test(name);
}

/** Calls stat only for symbolic links: a folder may hold a hundred thousand files. */
async function isFolder(entry: Dirent, folder: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(join(folder, entry.name)).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
