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
  for (const { node, path, directories } of leavesOf(root)) {
    const joined = node.inode === undefined ? undefined : trace.joined.get(node.inode);
    if (joined === undefined || !trace.isOfBase(node)) continue;
    findings.report("R6.7", joined, path);
    trace.lift(node, directories);
  }
}

interface PlacedLeaf {
  readonly node: LeafNode;
  readonly path: string;
  /** Those that it is in, the root first. */
  readonly directories: readonly DirectoryNode[];
}

function* leavesOf(root: DirectoryNode): Generator<PlacedLeaf, void> {
  const open: { directories: readonly DirectoryNode[]; path: string }[] = [{ directories: [root], path: "" }];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const { directories } = top;
    for (const [name, node] of directories.at(-1)?.children ?? []) {
      const path = childPath(top.path, name);
      if (node.kind === "leaf") yield { node, path, directories };
      else if (node.kind === "directory") open.push({ directories: [...directories, node], path });
    }
  }
}
