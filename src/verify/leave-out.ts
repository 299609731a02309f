import type { Directory } from "./file-tree.ts";

/**
 * Removes paths from a merged tree, with everything below them, and returns how many entries these were. Paths that do
 * not exist are ignored.
 */
export function leaveOut(root: Directory, paths: readonly string[]): number {
  let entries = 0;
  for (const path of paths) {
    const names = path.split("/");
    const name = names.pop() ?? "";
    const parent = names.reduce<Directory | undefined>((directory, each) => {
      const child = directory?.children.get(each);
      return child?.kind === "directory" ? child : undefined;
    }, root);
    const node = parent?.children.get(name);
    if (node === undefined) continue;
    parent?.children.delete(name);
    entries += node.kind === "directory" ? countEntries(node) : 1;
  }
  return entries;
}

function countEntries(top: Directory): number {
  const directories = [top];
  let entries = 1;
  for (const { children } of directories) {
    entries += children.size;
    for (const node of children.values()) if (node.kind === "directory") directories.push(node);
  }
  return entries;
}
