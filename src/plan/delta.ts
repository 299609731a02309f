import { ImageInvalidError } from "../errors.ts";
import type { BaseTrace, GoneName } from "./base-trace.ts";
import { entryAt, type MergeState } from "./merge-state.ts";
import { childPath, type DirectoryNode, type EntryPlace, type Inode, type LeafNode, setChild } from "./tree.ts";

/**
 * What a range changes in the layers below it (R6.1), as a tree: whiteouts are nodes of it, opaque directories are
 * listed beside it.
 */
export interface Delta {
  readonly root: DirectoryNode;
  /** Directories with an opaque whiteout, and what caused it. */
  readonly opaque: ReadonlyMap<DirectoryNode, EntryPlace>;
}

/** Options of {@link takeDelta}. */
export interface DeltaOptions {
  /** What the range removed from the layers below, which the merged tree no longer shows. */
  readonly trace: BaseTrace;
  /** Nothing more is laid over the merged tree, so its nodes need not be copied. */
  readonly final: boolean;
}

/**
 * Extracts what a range changed from the merged tree of all layers so far: what the range added, whiteouts for what it
 * removed from the base (R6.2), and every directory above those with its merged metadata (R6.4). Cost grows with the
 * directories that the range touched and their children. Safe at any depth.
 * @throws ImageInvalidError WHITEOUT_INVALID for a name that no whiteout can remove
 */
export function takeDelta(state: MergeState, options: DeltaOptions): Delta {
  const capture: Capture = { state, ...options, opaque: new Map(), inodes: new Map() };
  const top = visitOf({ merged: state.root, parent: undefined, name: "", path: "" });
  const visits = [top];
  for (const visit of visits) visitDirectory(capture, visit, visits);
  for (const { merged, delta, parent, name } of visits.toReversed()) {
    const changed = !options.trace.isOfBase(merged) || options.trace.isRestated(merged) || delta.children !== undefined;
    if (parent !== undefined && (changed || capture.opaque.has(delta))) setChild(parent, name, delta);
  }
  const { delta: root } = top;
  root.implied ||= !options.trace.isRestated(state.root);
  return { root, opaque: capture.opaque };
}

interface Capture extends DeltaOptions {
  readonly state: MergeState;
  readonly opaque: Map<DirectoryNode, EntryPlace>;
  /** Copies of inodes with several names. */
  readonly inodes: Map<Inode, Inode>;
}

interface Visit {
  readonly merged: DirectoryNode;
  readonly delta: DirectoryNode;
  readonly parent: DirectoryNode | undefined;
  readonly name: string;
  readonly path: string;
}

function visitOf(place: Omit<Visit, "delta">): Visit {
  return { ...place, delta: { ...place.merged, children: undefined } };
}

function visitDirectory(capture: Capture, visit: Visit, visits: Visit[]): void {
  const { trace } = capture;
  const { merged, delta } = visit;
  const cut = trace.cutBy(merged);
  if (cut !== undefined) {
    capture.opaque.set(delta, cut);
    showMarker(capture.state, "opaque", { path: visit.path, by: cut });
  }
  const fresh = cut !== undefined || !trace.isOfBase(merged);
  if (fresh && capture.final) {
    delta.children = merged.children;
    return;
  }
  if (!fresh) removeGone(capture, visit, trace.goneFrom(merged));
  for (const [name, child] of merged.children ?? []) {
    const own = child.kind === "leaf" && (!trace.isOfBase(child) || trace.isLifted(child));
    if (own) setChild(delta, name, copyLeaf(capture, child));
    if (child.kind !== "directory" || child.touched < trace.floor) continue;
    const next = visitOf({ merged: child, parent: delta, name, path: childPath(visit.path, name) });
    visits.push(next);
    const gone = fresh ? undefined : trace.goneFrom(merged).get(name);
    if (gone?.hadContent) capture.opaque.set(next.delta, gone.by);
  }
}

/** A name's replacement hides it without a whiteout (R6.6); a directory in place of a directory is made opaque. */
function removeGone({ state }: Capture, { merged, delta, path }: Visit, names: ReadonlyMap<string, GoneName>): void {
  for (const [name, { by }] of names) {
    if (merged.children?.has(name)) continue;
    const gone = childPath(path, name);
    assertRemovable(path, name, by);
    setChild(delta, name, { kind: "whiteout", layer: by.layer, ordinal: by.ordinal });
    showMarker(state, "whiteout", { path: gone, by });
  }
}

interface Marker {
  readonly path: string;
  /** What caused it. */
  readonly by: EntryPlace;
}

/** A whiteout of the range that stays one is not hidden. */
function showMarker(state: MergeState, kind: "whiteout" | "opaque", { path, by }: Marker): void {
  const entry = entryAt(state, by);
  if (entry.type === kind && entry.path === path) state.hidden.show(by);
}

/**
 * Refuses `.wh..opq`, and in the root any name that begins with `.wh.`: their whiteouts would mean something else
 * (R3.2, D16).
 */
function assertRemovable(directory: string, name: string, { layer }: EntryPlace): void {
  if (name !== ".wh..opq" && !(directory === "" && name.startsWith(".wh."))) return;
  throw new ImageInvalidError("WHITEOUT_INVALID", "a name was removed that no whiteout can remove", {
    details: { layer, entry: childPath(directory, name), rule: "R3.2", hint: "squash from the bottom layer on" },
  });
}

/** Layers that are laid over the merged tree later may still change the metadata of an inode (D5). */
function copyLeaf({ final, inodes }: Capture, leaf: LeafNode): LeafNode {
  if (final) return leaf;
  const { inode } = leaf;
  if (inode === undefined) return { ...leaf };
  const copy = inodes.get(inode) ?? { ...inode };
  inodes.set(inode, copy);
  return { ...leaf, inode: copy };
}
