import type { TreeEntry, TreeSnapshot } from "./tree-snapshot.ts";

/** What a comparison ignores; by default nothing. */
export interface ComparisonLimits {
  /** Directories without a header in any layer, whose mtime an engine sets itself. */
  readonly timelessDirectories?: ReadonlySet<string>;
}

/** One line for each name that differs, in path order; empty if the trees are equal in every detail. */
export function compareTrees(expected: TreeSnapshot, actual: TreeSnapshot, limits: ComparisonLimits = {}): string[] {
  const differences: string[] = [];
  for (const path of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
    const before = expected.get(path);
    const after = actual.get(path);
    if (before === undefined) differences.push(`${show(path)}: unexpected ${after?.type}`);
    else if (after === undefined) differences.push(`${show(path)}: missing ${before.type}`);
    else {
      const details = compareEntries(before, after, limits.timelessDirectories?.has(path) === true);
      if (details.length > 0) differences.push(`${show(path)}: ${details.join(", ")}`);
    }
  }
  return differences;
}

function compareEntries(before: TreeEntry, after: TreeEntry, timeless: boolean): string[] {
  const fields = ["type", "mode", "owner", "mtimeNs", "content", "target", "device", "linkGroup"] as const;
  const details: string[] = [];
  for (const field of fields) {
    if (field === "mtimeNs" && timeless) continue;
    if (before[field] !== after[field]) details.push(`${field} ${show(before[field])} -> ${show(after[field])}`);
  }
  for (const name of new Set([...Object.keys(before.xattrs), ...Object.keys(after.xattrs)])) {
    const [was, is] = [before.xattrs[name], after.xattrs[name]];
    if (was !== is) details.push(`xattr ${show(name)} ${show(was)} -> ${show(is)}`);
  }
  return details;
}

function show(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(String(value)).slice(1, -1);
}
