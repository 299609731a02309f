import { UsageError } from "../../errors.ts";
import { describeFile, type FileEntry } from "./file-entry.ts";
import { type FileView, unlistedDirectory, type ViewedEntry } from "./file-view.ts";

/** The most symbolic links that a path may lead through; the same as in Linux. */
const MAX_LINKS = 40;

/** Symbolic links by their paths. */
export type LinkTargets = ReadonlyMap<string, string>;

/** The symbolic links of a view by all their names. */
export function linkTargets(view: FileView): LinkTargets {
  const targets = new Map<string, string>();
  const names: [path: string, leader: string][] = [];
  for (const { fields } of view) {
    if (fields.type === "symlink") targets.set(fields.path, fields.linkPath ?? "");
    else if (fields.type === "hardlink") names.push([fields.path, fields.linkPath ?? ""]);
  }
  for (const [path, leader] of names) {
    const target = targets.get(leader);
    if (target !== undefined) targets.set(path, target);
  }
  return targets;
}

/** Resolves paths as a process in a container would: no link leads out of the root. */
export class PathFinder {
  readonly #targets: LinkTargets;

  constructor(targets: LinkTargets) {
    this.#targets = targets;
  }

  /**
   * Resolves all links in the path, one in the last component only with `last`; undefined after more than 40 links.
   * Components that do not exist stay as they are.
   */
  tryResolve(path: string, { last }: { readonly last: boolean }): string | undefined {
    const todo = path.split("/").reverse();
    const done: string[] = [];
    let links = 0;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        done.pop();
        continue;
      }
      const here = [...done, part].join("/");
      const followed = last || todo.some((rest) => rest !== "" && rest !== ".");
      const target = followed ? this.#targets.get(here) : undefined;
      if (target === undefined) {
        done.push(part);
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) return undefined;
      if (target.startsWith("/")) done.length = 0;
      todo.push(...target.split("/").reverse());
    }
    return done.join("/");
  }

  /** Like {@link tryResolve}, but throws. @throws UsageError PATH_NOT_FOUND after more than 40 links */
  resolve(path: string, options: { readonly last: boolean }): string {
    const found = this.tryResolve(path, options);
    if (found !== undefined) return found;
    throw new UsageError("PATH_NOT_FOUND", "the path leads through a loop of symbolic links", {
      details: { entry: path },
    });
  }
}

/**
 * Describes the entries for which `wants` is true, in the order of the view, including the root if no layer lists it.
 * Memory grows with the number of results and of files that have several names.
 */
export function findFiles(view: FileView, wants: (entry: ViewedEntry) => boolean): FileEntry[] {
  const files: FileEntry[] = [];
  const counts = new Map<string, number>();
  let rooted = false;
  for (const entry of view) {
    const { path, type, linkPath = "" } = entry.fields;
    rooted ||= path === "";
    if (type === "hardlink") counts.set(linkPath, (counts.get(linkPath) ?? 1) + 1);
    if (wants(entry)) files.push(describeFile(entry));
  }
  const root = unlistedDirectory("", 0, undefined);
  if (!rooted && wants(root)) files.unshift(describeFile(root));
  if (counts.size > 0) joinNames(files, view, counts);
  return files;
}

/** Sets the number of names of files that have several, and the file's fields at all names except the first. */
function joinNames(files: FileEntry[], view: FileView, counts: ReadonlyMap<string, number>): void {
  const leaders = new Map<string, FileEntry | undefined>();
  for (const { linkOf } of files) if (linkOf !== undefined) leaders.set(linkOf, undefined);
  for (const file of files) if (leaders.has(file.path)) leaders.set(file.path, file);
  // Files whose first name is not among the results.
  const unknown = new Set([...leaders.keys()].filter((path) => leaders.get(path) === undefined));
  if (unknown.size > 0)
    for (const entry of view) if (unknown.has(entry.fields.path)) leaders.set(entry.fields.path, describeFile(entry));
  for (const [at, file] of files.entries()) {
    const { path, linkOf = path } = file;
    const links = counts.get(linkOf);
    if (links === undefined) continue;
    const { type, size, target, device } = leaders.get(linkOf) ?? file;
    files[at] = { ...file, type, size, ...(target !== undefined && { target }), ...(device && { device }), links };
  }
}

/** The entry with exactly this path, if there is one. */
export function findFile(view: FileView, path: string): FileEntry | undefined {
  return findFiles(view, ({ fields }) => fields.path === path)[0];
}
