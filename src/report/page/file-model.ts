import { escapePath } from "../../cli/text/escape.ts";
import type { FileColumns, ReportData } from "../report-data.ts";

/**
 * The paths and entries of a report, ready to be walked, drawn and searched. Paths and entries are numbers; a
 * directory's descendants follow it, up to `ends`.
 */
export interface FileModel {
  readonly columns: FileColumns;
  /** The directory of each path; -1 of the root. */
  readonly parents: Int32Array;
  /** The first path behind each path and all that is below it. */
  readonly ends: Int32Array;
  /** The first entry of each path, and behind the last path the number of entries. */
  readonly firstEntries: Int32Array;
  /** The path of each entry. */
  readonly paths: Int32Array;
  /** Bytes of content of each path and all below it: in the flat image, and hidden. */
  readonly kept: Float64Array;
  readonly hidden: Float64Array;
  /** Of each entry: 1 when its content is not in the flat image, so that its bytes are wasted. */
  readonly gone: Uint8Array;
  /** Each path in full as it is shown, in lower case, for the search. */
  readonly lowered: readonly string[];
}

/**
 * Prepares the columns of a report; takes time and memory by the number of paths. Plain loops, since there may be a
 * million of them.
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

/** Bytes of each path by itself. */
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

/** The path in full as it is shown: with a leading slash, escaped. */
export function shownPath({ columns: { names }, parents }: FileModel, path: number): string {
  const parts: string[] = [];
  for (let at = path; at > 0; at = parents[at] ?? 0) parts.unshift(escapePath(names[at] ?? ""));
  return `/${parts.join("/")}`;
}

/** The last component as it is shown. */
export function shownName({ columns: { names } }: FileModel, path: number): string {
  return path === 0 ? "/" : escapePath(names[path] ?? "");
}

/** The paths right below a directory. */
export function* childrenOf({ ends }: FileModel, path: number): Generator<number, void> {
  const end = ends[path] ?? 0;
  for (let child = path + 1; child < end; child = ends[child] ?? end) yield child;
}

/** The entries of a path, bottom layer first. */
export function entriesOf({ firstEntries }: FileModel, path: number): number[] {
  const first = firstEntries[path] ?? 0;
  return Array.from({ length: (firstEntries[path + 1] ?? first) - first }, (_, at) => first + at);
}

/** The directories above a path, the root first, and the path itself. */
export function trailOf({ parents }: FileModel, path: number): number[] {
  const trail: number[] = [];
  for (let at = path; at >= 0; at = parents[at] ?? -1) trail.unshift(at);
  return trail;
}

/** The path of this name, one char a byte; undefined when no layer has it. */
export function findPath(model: FileModel, name: string): number | undefined {
  const parts = name === "" ? [] : name.split("/");
  return parts.reduce<number | undefined>((at, part) => {
    if (at === undefined) return undefined;
    for (const child of childrenOf(model, at)) if (model.columns.names[child] === part) return child;
    return undefined;
  }, 0);
}

/** Marks, with 1, the paths that the flat image has not and whose content of some layer it has not either: ghosts. */
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

/** Whether an entry of this type only says what is removed. */
export function isMarker(type: string | undefined): boolean {
  return type === "whiteout" || type === "opaque";
}
