import { LimitError } from "../errors.ts";
import { defaultAclOf } from "./acl.ts";
import type { LayerEntry } from "./file-entry.ts";
import { type Directory, impliedDirectory, type TreeNode } from "./file-tree.ts";
import type { MergeRules } from "./merge-rules.ts";
import { tarFault } from "./tar-fault.ts";

/** A layer that is being unpacked, and what is below it. */
export interface Trees {
  readonly top: Directory;
  readonly merged: Directory;
  readonly rules: MergeRules;
  /** Bytes that a path may have. */
  readonly pathBytes: number;
  /** Called for every implied directory that is created, and for the names in the target of a link that is followed. */
  spend(names: number): void;
}

/**
 * Why a path is walked: to put an entry there, to leave a mark for lower layers, or to find the target of a hard link.
 * Only the last one creates nothing, and looks at the layers below (D5).
 */
export interface Walk {
  readonly entry: LayerEntry;
  readonly purpose: "entry" | "mark" | "target";
}

/** A directory as seen in the layer and, if the walk looks there, in the layers below. */
export interface Place {
  readonly upper: Directory | undefined;
  readonly lower: Directory | undefined;
}

interface Step extends Place {
  /** Bytes of its path: links can make a path of any length out of a short one. */
  readonly bytes: number;
}

const MAX_LINKS = 255;

/**
 * The directory of the layer to put something into, created if missing; undefined only for marks in views that create
 * none for them (D13).
 * @throws what {@link walkTo} throws
 */
export function directoryFor(trees: Trees, names: readonly string[], walk: Walk): Directory | undefined {
  return directoryAt(trees.top, names) ?? walkTo(trees, names, walk)?.upper;
}

/**
 * The directory at a path of which every component is a directory in the layer: nearly always so, and found without a
 * walk.
 */
function directoryAt(top: Directory, names: readonly string[]): Directory | undefined {
  let here: TreeNode | undefined = top;
  for (const name of names) {
    here = here.children.get(name);
    if (here?.kind !== "directory") return undefined;
  }
  return here;
}

/**
 * Walks to a directory through symbolic links on the way, clamped to the root (R3.1); undefined if it does not exist
 * and must not be created.
 * @throws ImageInvalidError TAR_INVALID; LimitError LIMIT_EXCEEDED pathBytes
 */
export function walkTo(trees: Trees, names: readonly string[], walk: Walk): Place | undefined {
  const looksBelow = walk.purpose === "target" || trees.rules.followsLowerLinks;
  const root = { upper: trees.top, lower: looksBelow && !trees.top.opaque ? trees.merged : undefined, bytes: -1 };
  let trail: Step[] = [];
  const todo = names.toReversed();
  for (let links = 0; todo.length > 0; ) {
    const name = todo.pop() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      trail.pop();
      continue;
    }
    const here = trail.at(-1) ?? root;
    const target = linkAt(here, name);
    if (target === undefined) {
      const next = enter(trees, { here, name }, walk);
      if (next === undefined) return undefined;
      const bytes = here.bytes + 1 + name.length;
      if (bytes > trees.pathBytes)
        throw new LimitError("pathBytes", trees.pathBytes, bytes, { entry: walk.entry.path });
      trail.push({ ...next, bytes });
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw fault("a path through a loop of symbolic links", walk);
    if (target.startsWith("/")) trail = [];
    const inserted = target.split("/").reverse();
    trees.spend(inserted.length);
    todo.push(...inserted);
  }
  return trail.at(-1) ?? root;
}

/** The target of the symbolic link of that name, if it is one. */
function linkAt({ upper, lower }: Place, name: string): string | undefined {
  const node = upper?.children.get(name) ?? lower?.children.get(name);
  return node?.kind === "inode" && node.type === "l" ? node.target : undefined;
}

function enter(trees: Trees, step: { readonly here: Place; readonly name: string }, walk: Walk): Place | undefined {
  const { upper, lower } = step.here;
  const node = upper?.children.get(step.name);
  const below = directoryOf(lower?.children.get(step.name));
  switch (node?.kind) {
    case "directory":
      return { upper: node, lower: node.opaque ? undefined : below };
    case "inode":
      if (walk.purpose === "target") return undefined;
      throw fault("a path through something that is no directory", walk);
    case "whiteout":
      // D7: below a name that the layer removed, nothing of lower layers is visible.
      return walk.purpose === "target" ? undefined : { upper: imply(trees, step, walk, true), lower: undefined };
    default:
      if (walk.purpose === "target") return below && { upper: undefined, lower: below };
      if (walk.purpose === "mark" && !trees.rules.markersMakeParents && below === undefined) return undefined;
      return { upper: imply(trees, step, walk, false), lower: below };
  }
}

function imply(
  trees: Trees,
  { here, name }: { readonly here: Place; readonly name: string },
  { entry }: Walk,
  opaque: boolean,
): Directory {
  const made = impliedDirectory(entry.inode);
  made.opaque = opaque;
  trees.spend(1);
  if (here.upper !== undefined) {
    made.inode.inherited = defaultAclOf(here.upper);
    here.upper.children.set(name, made);
  }
  return made;
}

function directoryOf(node: TreeNode | undefined): Directory | undefined {
  return node?.kind === "directory" ? node : undefined;
}

function fault(message: string, { entry }: Walk): Error {
  return tarFault(message, { rule: "R3.1", offset: entry.offset, entry: entry.path });
}
