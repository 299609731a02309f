import type { PlanLayer } from "../plan/merge-plan.ts";
import { ownName } from "../plan/tree.ts";

/** A path in some layer, or a parent directory of one. */
export interface PathNode {
  /** Last component, one char per byte; "" for the root. */
  readonly name: string;
  /** Created with the first child, since most paths are files. */
  children: Map<string, PathNode> | undefined;
  /** Layer and ordinal of each entry of the path, alternating, bottom layer first. */
  places: number[];
}

/** The paths of all layers as one tree; time and memory grow with the entries and with the directories above them. */
export function pathTree(layers: readonly Pick<PlanLayer, "entries">[]): PathNode {
  const root = newNode("");
  for (const [layer, { entries }] of layers.entries()) {
    // Consecutive entries are mostly in the same directory.
    let directory: string | undefined;
    let parent = root;
    for (const { path, ordinal } of entries) {
      const slash = path.lastIndexOf("/");
      const above = slash === -1 ? "" : path.slice(0, slash);
      if (above !== directory) parent = nodeAt(root, above);
      directory = above;
      const node = path === "" ? root : child(parent, path.slice(slash + 1));
      // Most paths have one entry, and an array that push has enlarged has room for sixteen.
      if (node.places.length < FEW) node.places = node.places.concat(layer, ordinal);
      else node.places.push(layer, ordinal);
    }
  }
  return root;
}

/**
 * Yields all nodes with their depth: directories before their children, names sorted by their bytes. Not recursive, so
 * any depth is safe.
 */
export function* inOrder(root: PathNode): Generator<{ readonly node: PathNode; readonly depth: number }, void> {
  const stack = [{ node: root, depth: 0 }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    yield top;
    const { depth } = top;
    const names = [...(top.node.children?.values() ?? [])].sort(laterFirst);
    for (const node of names) stack.push({ node, depth: depth + 1 });
  }
}

function laterFirst(a: PathNode, b: PathNode): number {
  return a.name < b.name ? 1 : a.name > b.name ? -1 : 0;
}

function nodeAt(root: PathNode, path: string): PathNode {
  return path === "" ? root : path.split("/").reduce(child, root);
}

function child(parent: PathNode, name: string): PathNode {
  parent.children ??= new Map();
  const known = parent.children.get(name);
  if (known !== undefined) return known;
  const node = newNode(ownName(name));
  parent.children.set(node.name, node);
  return node;
}

function newNode(name: string): PathNode {
  return { name, children: undefined, places: NOWHERE };
}

/** Places of a directory that no entry lists; shared, never changed. */
const NOWHERE: number[] = [];

/** Longer lists are appended to: copying the list for every entry of a path would take quadratic time. */
const FEW = 16;
