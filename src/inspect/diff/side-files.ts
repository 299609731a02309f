import type { FlatEntry } from "../../plan/merge-plan.ts";
import type { EntryMeta } from "../../tar/entry.ts";
import type { FileEntry } from "../files/file-entry.ts";
import type { ContentPlace, ScannedSide } from "./diff-side.ts";

/** A path of one side, its other names resolved. */
export interface SideFile {
  readonly path: string;
  readonly type: FileEntry["type"];
  readonly meta: EntryMeta;
  readonly size: number;
  readonly target: string;
  readonly device: string;
  /** The first of the file's names; "" where it has only one. */
  readonly group: string;
  /** Whether it is the first of its names. */
  readonly first: boolean;
  /** Number of the layer in its image. */
  readonly layer: number;
  /** Of a file. */
  readonly content: ContentPlace | undefined;
}

/** The files of a side in the order of the plan. The root is left out: engines make it up where no layer lists it. Memory grows with the files that have several names. */
export function* sideFiles({ plan, numbers }: ScannedSide): Generator<SideFile, void> {
  const leaders = new Map<string, SideFile | undefined>();
  for (const { fields } of plan.entries) if (fields.type === "hardlink") leaders.set(fields.linkPath ?? "", undefined);
  for (const entry of plan.entries) {
    if (entry.fields.path === "") continue;
    const { type, path, linkPath = "", meta } = entry.fields;
    const number = numbers[entry.layer] ?? 0;
    const leader = type === "hardlink" ? leaders.get(linkPath) : undefined;
    if (leader !== undefined) {
      yield { ...leader, path, meta, first: false, layer: number };
      continue;
    }
    const file = describe(entry, { group: leaders.has(path) ? path : "", number });
    if (leaders.has(path)) leaders.set(path, file);
    yield file;
  }
}

interface Facts {
  readonly group: string;
  readonly number: number;
}

function describe({ layer, source, fields }: FlatEntry, { group, number }: Facts): SideFile {
  const { type, path, size, linkPath = "", major, minor, meta } = fields;
  if (type === "hardlink") throw new Error("a link came before its file");
  return {
    path,
    type,
    meta,
    size,
    target: type === "symlink" ? linkPath : "",
    device: type === "char" || type === "block" ? `${major}:${minor}` : "",
    group,
    first: true,
    layer: number,
    content: type === "file" && source !== undefined ? { layer, ordinal: source.ordinal } : undefined,
  };
}
