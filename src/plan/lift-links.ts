import type { BaseTrace } from "./base-trace.ts";
import type { MergeState } from "./merge-state.ts";
import { childPath, type DirectoryNode, type LeafNode } from "./tree.ts";

/**
 * Puts files of the base to which the range adds a hard link into the range's layer as well, with all names that they
 * still have: a layer cannot link to a file of another one, and the link's header changes the metadata of all names
 * (R6.7). Costs a walk through the merged tree, but only if the range has such a link (D5).
 */
export function liftLinks({ root, findings }: MergeState, trace: BaseTrace): void {
  if (trace.joined.size === 0) return;
  for (const { node, path, place } of leavesOf(root)) {
    const joined = node.inode === undefined ? undefined : trace.joined.get(node.inode);
    if (joined === undefined || !trace.isOfBase(node)) continue;
    findings.report("R6.7", joined, path);
    trace.lift(node, upwards(place));
  }
}

/** A directory in the tree; with a list of all directories above it, a million of them would not fit in memory. */
interface Place {
  readonly directory: DirectoryNode;
  readonly path: string;
  readonly above: Place | undefined;
}

interface PlacedLeaf {
  readonly node: LeafNode;
  readonly path: string;
  /** The directory that it is in. */
  readonly place: Place;
}

function* leavesOf(root: DirectoryNode): Generator<PlacedLeaf, void> {
  const open: Place[] = [{ directory: root, path: "", above: undefined }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const [name, node] of place.directory.children ?? []) {
      const path = childPath(place.path, name);
      if (node.kind === "leaf") yield { node, path, place };
      else if (node.kind === "directory") open.push({ directory: node, path, above: place });
    }
  }
}

/** A directory and those above it. */
function* upwards(place: Place): Generator<DirectoryNode, void> {
  for (let at: Place | undefined = place; at !== undefined; at = at.above) yield at.directory;
}
