import { escapePath } from "../../cli/text/escape.ts";
import type { FileColumns, ReportData } from "../report-data.ts";

/**
 * The paths and entries of a report, prepared for traversal, drawing and search. Paths and entries are numbers; the
 * descendants of a directory follow it, up to `ends`.
 */
export interface FileModel {
  readonly columns: FileColumns;
  /** The directory of each path; -1 for the root. */
  readonly parents: Int32Array;
  /** The first path after each path and its descendants. */
  readonly ends: Int32Array;
  /** The first entry of each path; after the last path, the number of entries. */
  readonly firstEntries: Int32Array;
  /** The path of each entry. */
  readonly paths: Int32Array;
  /** Bytes of content of each path and its descendants: in the flat image, and hidden. */
  readonly kept: Float64Array;
  readonly hidden: Float64Array;
  /** For each entry: 1 if its content is not in the flat image. */
  readonly gone: Uint8Array;
  /** Each path in full as it is shown, in lower case, for the search. */
  readonly lowered: readonly string[];
}

/**
 * Prepares the columns of a report; time and memory grow with the number of paths and entries. Uses plain loops, since
 * there may be a million of them.
 */
export function fileModel({ files: columns }: Pick<ReportData, "files">): FileModel {
  const { names, counts } = columns;
  const parents = Int32Array.from(columns.parents);
  const ends = new Int32Array(names.length);
  const firstEntries = new Int32Array(names.length + 1);
  const paths = new Int32Array(columns.layers.length);
  let entry = 0;
  for (let path = 0; path < names.length; path += 1) {
    parents[path] = path === 0 ? -1 : path - (parents[path] ?? 0);
    ends[path] = path + 1;
    for (let left = counts[path] ?? 0; left > 0; left -= 1) paths[entry++] = path;
    firstEntries[path + 1] = entry;
  }
  const gone = goneEntries(columns);
  const sums = contentSums(columns, paths, gone);
  for (let path = names.length - 1; path > 0; path -= 1) {
    const parent = parents[path] ?? 0;
    ends[parent] = Math.max(ends[parent] ?? 0, ends[path] ?? 0);
    sums.kept[parent] = (sums.kept[parent] ?? 0) + (sums.kept[path] ?? 0);
    sums.hidden[parent] = (sums.hidden[parent] ?? 0) + (sums.hidden[path] ?? 0);
  }
  return { columns, parents, ends, firstEntries, paths, gone, ...sums, lowered: loweredPaths(names, parents) };
}

function goneEntries({ reasonNumbers, reasons }: FileColumns): Uint8Array {
  const marks = Uint8Array.from(reasons, (reason) => (reason === "kept" || reason === "adopted" ? 0 : 1));
  return Uint8Array.from(reasonNumbers).map((reason) => marks[reason] ?? 1);
}

/** Bytes of each path without its descendants. */
function contentSums(
  { names, sizes }: FileColumns,
  paths: Int32Array,
  gone: Uint8Array,
): Pick<FileModel, "kept" | "hidden"> {
  const [kept, hidden] = [new Float64Array(names.length), new Float64Array(names.length)];
  for (let entry = 0; entry < paths.length; entry += 1) {
    const path = paths[entry] ?? 0;
    const sum = gone[entry] === 0 ? kept : hidden;
    sum[path] = (sum[path] ?? 0) + (sizes[entry] ?? 0);
  }
  return { kept, hidden };
}

function loweredPaths(names: readonly string[], parents: Int32Array): string[] {
  const lowered: string[] = [];
  for (let path = 0; path < names.length; path += 1) {
    const name = escapePath(names[path] ?? "").toLowerCase();
    const parent = parents[path] ?? 0;
    lowered.push(parent <= 0 ? name : `${lowered[parent]}/${name}`);
  }
  return lowered;
}

/** The full path as shown: with a leading slash, escaped. */
export function shownPath({ columns: { names }, parents }: FileModel, path: number): string {
  const parts: string[] = [];
  for (let at = path; at > 0; at = parents[at] ?? 0) parts.unshift(escapePath(names[at] ?? ""));
  return `/${parts.join("/")}`;
}

/** The last component as shown. */
export function shownName({ columns: { names } }: FileModel, path: number): string {
  return path === 0 ? "/" : escapePath(names[path] ?? "");
}

/** The children of a directory. */
export function* childrenOf({ ends }: FileModel, path: number): Generator<number, void> {
  const end = ends[path] ?? 0;
  for (let child = path + 1; child < end; child = ends[child] ?? end) yield child;
}

/** The entries of a path, bottom layer first. */
export function entriesOf({ firstEntries }: FileModel, path: number): number[] {
  const first = firstEntries[path] ?? 0;
  return Array.from({ length: (firstEntries[path + 1] ?? first) - first }, (_, at) => first + at);
}

/** The ancestors of a path, the root first, and the path itself. */
export function trailOf({ parents }: FileModel, path: number): number[] {
  const trail: number[] = [];
  for (let at = path; at >= 0; at = parents[at] ?? -1) trail.unshift(at);
  return trail;
}

/** The path with this name, one char per byte; undefined if no layer has it. */
export function findPath(model: FileModel, name: string): number | undefined {
  const parts = name === "" ? [] : name.split("/");
  return parts.reduce<number | undefined>((at, part) => {
    if (at === undefined) return undefined;
    for (const child of childrenOf(model, at)) if (model.columns.names[child] === part) return child;
    return undefined;
  }, 0);
}

/**
 * Marks ghosts with 1: paths that the flat image does not have, with an entry whose content it does not have either.
 */
export function ghostPaths({ columns, paths, gone }: Pick<FileModel, "columns" | "paths" | "gone">): Uint8Array {
  const { names, reasonNumbers, typeNumbers, types } = columns;
  const markers = types.map(isMarker);
  const ghosts = new Uint8Array(names.length);
  for (let entry = 0; entry < paths.length; entry += 1) {
    if (gone[entry] !== 0 && markers[typeNumbers[entry] ?? 0] === false) ghosts[paths[entry] ?? 0] = 1;
  }
  for (let entry = 0; entry < paths.length; entry += 1) if (reasonNumbers[entry] === 0) ghosts[paths[entry] ?? 0] = 0;
  return ghosts;
}

/** Whether entries of this type only remove others. */
export function isMarker(type: string | undefined): boolean {
  return type === "whiteout" || type === "opaque";
}
