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

/** What hard links of a view are names of, unless they are files: by the first name, which has all but the path. */
export function linkedOthers(view: FileView): ReadonlyMap<string, ViewedEntry["fields"]> {
  const wanted = new Set<string>();
  for (const { fields } of view) if (fields.type === "hardlink") wanted.add(fields.linkPath ?? "");
  const found = new Map<string, ViewedEntry["fields"]>();
  if (wanted.size === 0) return found;
  for (const { fields } of view) if (fields.type !== "file" && wanted.has(fields.path)) found.set(fields.path, fields);
  return found;
}

/** A symbolic link, or a name on the way to one. */
interface LinkNode {
  target?: string | undefined;
  names?: Map<string, LinkNode>;
}

/** How a path is resolved. */
interface Resolution {
  /** Whether to follow a link in the last component. */
  readonly last: boolean;
  /** The most links to follow; by default as many as Linux does. */
  readonly most?: number;
}

/**
 * Resolves paths as a process in a container would: no link leads out of the root. Links are in a tree, so that a step
 * costs the same however long the path is that it leads to.
 */
export class PathFinder {
  readonly #root: LinkNode = {};
  readonly #spend: (names: number) => void;

  /** @param spend called with the number of names in the target of each link that is followed */
  constructor(targets: LinkTargets = new Map(), spend: (names: number) => void = () => {}) {
    this.#spend = spend;
    for (const [path, target] of targets) this.setTarget(path, target);
  }

  /** Makes a clean path a symbolic link, or anything else if there is no target. */
  setTarget(path: string, target: string | undefined): void {
    let node = this.#root;
    for (const name of path.split("/")) {
      node.names ??= new Map();
      const next = node.names.get(name) ?? {};
      node.names.set(name, next);
      node = next;
    }
    node.target = target;
  }

  /** The target of the symbolic link at a clean path, if one is there. */
  targetAt(path: string): string | undefined {
    let node: LinkNode | undefined = this.#root;
    for (const name of path.split("/")) node = node?.names?.get(name);
    return node?.target;
  }

  /**
   * Resolves all links in the path, one in the last component only with `last`; undefined after too many links.
   * Components that do not exist stay as they are.
   */
  tryResolve(path: string, { last, most = MAX_LINKS }: Resolution): string | undefined {
    const todo = path.split("/").reverse();
    const behind = todo.findIndex((part) => part !== "" && part !== ".");
    const done: string[] = [];
    const nodes: (LinkNode | undefined)[] = [this.#root];
    let links = 0;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        if (done.pop() !== undefined) nodes.pop();
        continue;
      }
      const node = nodes.at(-1)?.names?.get(part);
      const followed = last || todo.length > behind;
      const target = followed ? node?.target : undefined;
      if (target === undefined) {
        done.push(part);
        nodes.push(node);
        continue;
      }
      links += 1;
      if (links > most) return undefined;
      if (target.startsWith("/")) {
        done.length = 0;
        nodes.length = 1;
      }
      const names = target.split("/").reverse();
      this.#spend(names.length);
      todo.push(...names);
    }
    return done.join("/");
  }

  /** Like {@link tryResolve}, but throws. @throws UsageError PATH_NOT_FOUND after too many links */
  resolve(path: string, options: Resolution): string {
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
