import type { PathRules, PathState } from "../prune/path-rules.ts";
import type { ExcludedBy, Exclusions } from "./merge-plan.ts";
import { entryAt, type MergeState } from "./merge-state.ts";
import { childPath, type DirectoryNode, type EntryPlace, type Inode, type LeafNode, type TreeNode } from "./tree.ts";

/**
 * Removes what the rules leave out from the merged tree. A directory is removed if a rule matches it and nothing in it
 * is kept; the content of hard-linked names goes with the last of them. The trace records what is removed of a range's
 * base, so that it gets whiteouts. Cost grows with the directories in which a rule may still match something. Safe at
 * any depth.
 */
export function exclude(state: MergeState, { rules, root }: PathRules): Exclusions {
  const saved = rules.map(({ option, value }): Saved => ({ option, value, entries: 0, bytes: 0 }));
  const exclusion: Exclusion = { state, saved, lastNames: new Map() };
  const visits: Visit[] = [{ directory: state.root, path: "", rules: root, parent: undefined, name: "", gone: [] }];
  for (const visit of visits) visitDirectory(exclusion, visit, visits);
  for (const visit of visits.toReversed()) removeEmptied(exclusion, visit);
  creditLinks(exclusion);
  return {
    rules: saved.filter((_, number) => rules[number]?.keeps === false),
    paths: visits.flatMap(({ path, gone, removed }) => (removed ? [] : gone.map((name) => childPath(path, name)))),
  };
}

type Saved = { -readonly [Key in keyof ExcludedBy]: ExcludedBy[Key] };

interface Exclusion {
  readonly state: MergeState;
  /** By number of the rule. */
  readonly saved: readonly Saved[];
  /** Inodes with several names that lost some, and the rule that removed the last of these. */
  readonly lastNames: Map<Inode, number>;
}

/** A directory, and what was removed. */
interface Visit {
  readonly directory: DirectoryNode;
  readonly path: string;
  readonly rules: PathState;
  readonly parent: Visit | undefined;
  readonly name: string;
  /** Names that were removed from it. */
  readonly gone: string[];
  removed?: boolean;
}

/** `forEach`, since it allocates nothing per name: of an image's hundred thousand names rules match hardly any. */
function visitDirectory(exclusion: Exclusion, visit: Visit, visits: Visit[]): void {
  const { directory, path, rules: above } = visit;
  directory.children?.forEach((node, name) => {
    const rules = above.below(name);
    if (node.kind === "leaf") {
      if (rules.matches) takeLeaf(exclusion, { visit, name, rules }, node);
    } else if (node.kind === "directory" && !rules.idle) {
      visits.push({ directory: node, path: childPath(path, name), rules, parent: visit, name, gone: [] });
    }
  });
}

interface Place {
  readonly visit: Visit;
  readonly name: string;
  readonly rules: PathState;
}

function takeLeaf(exclusion: Exclusion, { visit, name, rules }: Place, leaf: LeafNode): void {
  const { state, lastNames } = exclusion;
  const { type, size } = entryAt(state, leaf.inode ?? leaf);
  const rule = rules.rule((type === "file" || type === "aufs-file") && size > 0);
  if (rule === undefined) return;
  take(exclusion, { visit, name, node: leaf, rule });
  if (leaf.inode !== undefined) lastNames.set(leaf.inode, rule);
  else credit(exclusion, leaf, rule);
}

/** Called after its children are done: what is still in it is kept. */
function removeEmptied(exclusion: Exclusion, visit: Visit): void {
  const { directory, parent, name, rules } = visit;
  const rule = rules.rule(false);
  if (rule === undefined || parent === undefined || (directory.children?.size ?? 0) > 0) return;
  visit.removed = true;
  take(exclusion, { visit: parent, name, node: directory, rule });
}

interface Taken {
  readonly visit: Visit;
  readonly name: string;
  readonly node: TreeNode;
  readonly rule: number;
}

function take({ state, saved }: Exclusion, { visit, name, node, rule }: Taken): void {
  state.trace?.take(visit.directory, { name, node, by: node });
  visit.directory.children?.delete(name);
  visit.gone.push(name);
  for (let above: Visit | undefined = visit; above !== undefined; above = above.parent) touch(state, above.directory);
  const account = saved[rule];
  if (account !== undefined) account.entries += 1;
  if (node.kind !== "directory" || !node.implied) state.hidden.hide(node, "excluded");
}

/** Notes that the range changes something in the directory. */
function touch({ trace }: MergeState, directory: DirectoryNode): void {
  if (trace !== undefined) directory.touched = Math.max(directory.touched, trace.floor);
}

/** Content in a kept layer does not count, since it stays there. */
function credit({ state, saved }: Exclusion, place: EntryPlace, rule: number): void {
  const account = saved[rule];
  if (account !== undefined && place.layer >= (state.trace?.floor ?? 0)) account.bytes += entryAt(state, place).size;
}

/** Counts the content of inodes of which no name is left. */
function creditLinks(exclusion: Exclusion): void {
  const { state, lastNames } = exclusion;
  if (lastNames.size === 0) return;
  const directories = [state.root];
  for (const { children } of directories) {
    for (const node of children?.values() ?? []) {
      if (node.kind === "directory") directories.push(node);
      if (node.kind === "leaf" && node.inode !== undefined) lastNames.delete(node.inode);
    }
  }
  for (const [inode, rule] of lastNames) credit(exclusion, inode, rule);
}
