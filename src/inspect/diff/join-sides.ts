import { comparePaths } from "../files/path-order.ts";
import { changedAttributes } from "./changed-attributes.ts";
import type { DiffAttribute, FileDifference } from "./diff-result.ts";
import type { ContentPlace, ScannedSide } from "./diff-side.ts";
import { type SideFile, sideFiles } from "./side-files.ts";

/** A difference, or a possible one, if `contents` still have to be compared. */
export interface JoinedFile {
  readonly difference: FileDifference;
  /** The first name of the file. */
  readonly leader: string;
  /** How many names the file has. */
  readonly names: number;
  /** Contents of equal size in different places. */
  readonly contents?: readonly [ContentPlace, ContentPlace] | undefined;
}

/** Walks both sides together, since they have the same order, and yields pairs of paths that differ or may differ. */
export function* joinSides(
  [a, b]: readonly [ScannedSide, ScannedSide],
  ignored: ReadonlySet<DiffAttribute>,
): Generator<JoinedFile, void> {
  const [before, after] = [sideFiles(a), sideFiles(b)];
  let [was, is] = [before.next().value, after.next().value];
  while (was !== undefined || is !== undefined) {
    const order = was === undefined ? 1 : is === undefined ? -1 : comparePaths(was.path, is.path);
    if (was !== undefined && order < 0) yield alone("removed", was);
    else if (is !== undefined && order > 0) yield alone("added", is);
    else if (was !== undefined && is !== undefined) {
      const changed = pair({ was, is, same: sameContent([a, b], was, is) }, ignored);
      if (changed !== undefined) yield changed;
    }
    if (order <= 0) was = before.next().value;
    if (order >= 0) is = after.next().value;
  }
}

function alone(kind: "added" | "removed", { path, type, size, layer, leader, names }: SideFile): JoinedFile {
  return { difference: { kind, path, type, size, layer, attributes: [] }, leader, names };
}

interface Pair {
  readonly was: SideFile;
  readonly is: SideFile;
  /** Whether the contents are known to be the same. */
  readonly same: boolean;
}

function pair({ was, is, same }: Pair, ignored: ReadonlySet<DiffAttribute>): JoinedFile | undefined {
  const attributes = changedAttributes(was, is).filter(({ attribute }) => !ignored.has(kindOf(attribute)));
  const open = !same && was.type === is.type && was.size === is.size && was.size > 0 && !ignored.has("content");
  if (attributes.length === 0 && !open) return undefined;
  const { path, type, size, layer, leader, names } = is;
  const contents =
    open && was.content !== undefined && is.content !== undefined ? ([was.content, is.content] as const) : undefined;
  return { difference: { kind: "changed", path, type, size, layer, attributes }, leader, names, contents };
}

function kindOf(attribute: FileDifference["attributes"][number]["attribute"]): DiffAttribute {
  return attribute.startsWith("xattr ") ? "xattr" : (attribute as DiffAttribute);
}

/** Whether both contents are the same entry of the same layer. */
function sameContent([a, b]: readonly [ScannedSide, ScannedSide], was: SideFile, is: SideFile): boolean {
  if (was.content === undefined || is.content === undefined) return true;
  if (was.content.ordinal !== is.content.ordinal) return false;
  return a.layers[was.content.layer]?.diffId === b.layers[is.content.layer]?.diffId;
}
