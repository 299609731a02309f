/** The fields of a tar member that dive uses. */
export interface DiveMember {
  readonly name: string;
  readonly typeflag: string;
  readonly size: number;
}

/**
 * The figures of dive, computed as its source does it: trees of layers, leaves of trees, stacks of trees. Slow and
 * obvious.
 */
export interface DiveFigures {
  readonly efficiency: number;
  readonly wastedBytes: number;
}

interface Node {
  size: number;
  isDirectory: boolean;
  readonly children: Map<string, Node>;
}

/** dive's `filetree.Efficiency` over the members of each layer, bottom first. */
export function diveTwin(layers: readonly (readonly DiveMember[])[]): DiveFigures {
  const sizes = new Map<string, number[]>();
  const stacked = newNode();
  for (const members of layers) {
    const tree = newNode();
    for (const { name, size, typeflag } of members) addPath(tree, name, { size, isDirectory: typeflag === "5" });
    for (const [path, node] of leaves(tree, "")) {
      const target = withoutMark(path);
      const size = target === path ? node.size : removedSize(stacked, target);
      sizes.set(target, [...(sizes.get(target) ?? []), size]);
    }
    stack(stacked, tree);
  }
  let [least, all, wastedBytes] = [0, 0, 0];
  for (const each of sizes.values()) {
    const sum = each.reduce((total, size) => total + size, 0);
    least += Math.min(...each);
    all += sum;
    if (each.length > 1) wastedBytes += sum;
  }
  return { efficiency: all === 0 ? 1 : least / all, wastedBytes };
}

function newNode(): Node {
  return { size: 0, isDirectory: false, children: new Map() };
}

function addPath(root: Node, name: string, info: Pick<Node, "size" | "isDirectory">): void {
  const names = name.split("/").filter((part) => part !== "" && part !== ".");
  let node = root;
  for (const part of names) {
    let child = node.children.get(part);
    if (child === undefined) {
      if (part.startsWith(".wh..wh..")) return;
      child = newNode();
      node.children.set(part, child);
    }
    node = child;
  }
  if (node !== root) Object.assign(node, info);
}

function* leaves(node: Node, path: string): Generator<[string, Node]> {
  for (const [name, child] of node.children) {
    const below = path === "" ? name : `${path}/${name}`;
    if (child.children.size === 0) yield [below, child];
    else yield* leaves(child, below);
  }
}

/** The path that a whiteout removes; other paths unchanged. */
function withoutMark(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  return path.startsWith(".wh.", slash) ? path.slice(0, slash) + path.slice(slash + 4) : path;
}

function removedSize(stacked: Node, path: string): number {
  const node = find(stacked, path);
  return node?.isDirectory === true ? sumOf(node) : 0;
}

function sumOf(node: Node): number {
  return [...node.children.values()].reduce((sum, child) => sum + sumOf(child), node.size);
}

function find(root: Node, path: string): Node | undefined {
  return path.split("/").reduce<Node | undefined>((node, name) => node?.children.get(name), root);
}

function stack(lower: Node, upper: Node): void {
  for (const [name, child] of upper.children) {
    if (name.startsWith(".wh.")) {
      lower.children.delete(name.slice(4));
      continue;
    }
    const below = lower.children.get(name) ?? newNode();
    lower.children.set(name, below);
    Object.assign(below, { size: child.size, isDirectory: child.isDirectory });
    stack(below, child);
  }
}
