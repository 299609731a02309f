import type { FlatEntry } from "../../plan/merge-plan.ts";
import type { EntryMeta } from "../../tar/entry.ts";
import type { FileEntry } from "../files/file-entry.ts";
import type { ContentPlace, ScannedSide } from "./diff-side.ts";

/** A path of one side; a further name of a hard link has the fields of the file. */
export interface SideFile {
  readonly path: string;
  readonly type: FileEntry["type"];
  readonly meta: EntryMeta;
  readonly size: number;
  readonly target: string;
  readonly device: string;
  /** The first of the file's names; "" if it has only one. */
  readonly group: string;
  /** The first of the file's names, also if it has only one. */
  readonly leader: string;
  /** How many names the file has. */
  readonly names: number;
  /** Number of the layer in its image. */
  readonly layer: number;
  /** Undefined for anything but a file. */
  readonly content: ContentPlace | undefined;
}

/**
 * The files of a side in the order of the plan, without the root, which engines create if no layer lists it. Memory
 * grows with the number of files that have several names.
 */
export function* sideFiles({ plan, numbers }: ScannedSide): Generator<SideFile, void> {
  const counts = new Map<string, number>();
  for (const { fields } of plan.entries) {
    const { type, linkPath = "" } = fields;
    if (type === "hardlink") counts.set(linkPath, (counts.get(linkPath) ?? 1) + 1);
  }
  const leaders = new Map<string, SideFile>();
  for (const entry of plan.entries) {
    if (entry.fields.path === "") continue;
    const { type, path, linkPath = "", meta } = entry.fields;
    const number = numbers[entry.layer] ?? 0;
    const leader = type === "hardlink" ? leaders.get(linkPath) : undefined;
    if (leader !== undefined) {
      yield { ...leader, path, meta, layer: number };
      continue;
    }
    const names = counts.get(path) ?? 1;
    const file = describe(entry, { names, number });
    if (names > 1) leaders.set(path, file);
    yield file;
  }
}

interface Facts {
  readonly names: number;
  readonly number: number;
}

function describe({ layer, source, fields }: FlatEntry, { names, number }: Facts): SideFile {
  const { type, path, size, linkPath = "", major, minor, meta } = fields;
  if (type === "hardlink") throw new Error("a link came before its file");
  return {
    path,
    type,
    meta,
    size,
    target: type === "symlink" ? linkPath : "",
    device: type === "char" || type === "block" ? `${major}:${minor}` : "",
    group: names > 1 ? path : "",
    leader: path,
    names,
    layer: number,
    content: type === "file" && source !== undefined ? { layer, ordinal: source.ordinal } : undefined,
  };
}
