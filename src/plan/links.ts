import type { Entry, EntryMeta, Xattr } from "../tar/entry.ts";
import { CAPABILITY, hasXattr, withoutXattr, withXattrs } from "./attributes.ts";
import { countNodes, entryAt, invalidEntry, type MergeState } from "./merge-state.ts";
import type { Slot, UnpackContext } from "./placement.ts";
import { walk } from "./resolve.ts";
import { type Inode, sharedInode, type TreeNode } from "./tree.ts";

/**
 * Adds a name to an earlier file of the same layer (R3.5), or else to one of a lower layer (D5).
 * @throws ImageInvalidError LINK_DANGLING without a target, TAR_INVALID when the target is a directory
 */
export function placeHardlink(context: UnpackContext, entry: Entry): void {
  const { merge, layer, placement } = context;
  const slot = placement.slot(entry);
  placement.clear(slot, entry);
  const target = findTarget(context, entry, slot);
  if (target.kind === "whiteout") {
    linkWhiteout(context, entry, slot);
    return;
  }
  const inode = sharedInode(target);
  if (target.layer !== layer) {
    merge.findings.report("D5", layer, entry.path);
    if (merge.trace?.isOfBase(target)) merge.trace.joined.set(inode, layer);
  }
  placement.put(slot, { kind: "leaf", layer, ordinal: entry.ordinal, inode });
  applyLinkMeta(context, entry, inode);
}

/**
 * A hard link into `.wh..wh.plnk/` becomes a file of its own with the content and metadata that AUFS kept there (R3.2,
 * D16).
 */
export function placeAufsLink({ merge, layer, placement, aside }: UnpackContext, entry: Entry): void {
  const ordinal = aside.get(entry.linkPath ?? "");
  if (ordinal === undefined) throw dangling(layer, entry);
  const slot = placement.slot(entry);
  placement.clear(slot, entry);
  const inode: Inode = { layer, ordinal, meta: undefined };
  const content = entryAt(merge, inode);
  countName(merge, content, content.meta);
  placement.put(slot, { kind: "leaf", layer, ordinal: entry.ordinal, inode });
}

function findTarget(context: UnpackContext, entry: Entry, slot: Slot): Exclude<TreeNode, { kind: "directory" }> {
  const path = entry.linkPath ?? "";
  const slash = path.lastIndexOf("/");
  const place = walk(context, entry, slash === -1 ? "" : path.slice(0, slash), "target");
  const name = path.slice(slash + 1);
  const itself = place?.upper === slot.parent && name === slot.name;
  const found = itself ? undefined : (place?.upper?.children?.get(name) ?? place?.lower?.children?.get(name));
  if (found === undefined) throw dangling(context.layer, entry);
  if (found.kind === "directory") {
    const where = { layer: context.layer, entry, rule: "R3.5" };
    throw invalidEntry("TAR_INVALID", "a hard link to a directory", where);
  }
  return found;
}

/**
 * For overlayfs a whiteout is a device, and a hard link to it is a whiteout of the link's own name. In other profiles
 * there is no such device, and the link dangles (D9).
 */
function linkWhiteout({ merge, layer, placement }: UnpackContext, entry: Entry, slot: Slot): void {
  if (merge.rules.D9 === "device") throw dangling(layer, entry);
  merge.findings.report("R3.5", layer, entry.path);
  merge.hidden.hide({ layer, ordinal: entry.ordinal }, "marker");
  placement.put(slot, { kind: "whiteout", layer, ordinal: entry.ordinal });
}

/** Counts what a further name costs: its header repeats all xattrs, and the content may be in thousands of regions. */
function countName(merge: MergeState, { sparse = [] }: Entry, { xattrs }: EntryMeta): void {
  countNodes(merge, xattrs.length + sparse.length);
}

/**
 * The link's header overwrites the metadata of all names, and drops a capability that it does not repeat (R3.6, D12).
 */
function applyLinkMeta({ merge, layer }: UnpackContext, link: Entry, inode: Inode): void {
  const content = entryAt(merge, inode);
  const old = inode.meta ?? content.meta;
  countName(merge, content, old);
  const symlink = content.type === "symlink";
  const capable = !symlink && hasXattr(old.xattrs, CAPABILITY) && !hasXattr(link.meta.xattrs, CAPABILITY);
  const differs = saysOtherwise(old, link.meta, symlink);
  if (capable) merge.findings.report("R3.6", layer, link.path);
  if (differs) merge.findings.report("D12", layer, link.path);
  if (merge.rules.D12 === "first" || !(capable || differs)) return;
  const time = symlink && merge.rules.D12 === "last-but-symlink-time" ? old : link.meta;
  inode.meta = {
    mode: link.meta.mode,
    uid: link.meta.uid,
    gid: link.meta.gid,
    mtimeSeconds: time.mtimeSeconds,
    mtimeNanoseconds: time.mtimeNanoseconds,
    xattrs: withXattrs(capable ? withoutXattr(old.xattrs, CAPABILITY) : old.xattrs, link.meta.xattrs),
  };
}

function saysOtherwise(old: EntryMeta, link: EntryMeta, symlink: boolean): boolean {
  return (
    old.uid !== link.uid ||
    old.gid !== link.gid ||
    (!symlink && old.mode !== link.mode) ||
    old.mtimeSeconds !== link.mtimeSeconds ||
    old.mtimeNanoseconds !== link.mtimeNanoseconds ||
    addsXattr(old.xattrs, link.xattrs)
  );
}

/** In linear time: a header may have 50,000 xattrs. */
function addsXattr(old: readonly Xattr[], added: readonly Xattr[]): boolean {
  if (added.length === 0) return false;
  const known = new Map(old.map(({ name, value }) => [name, value]));
  return added.some(({ name, value }) => known.get(name) !== value);
}

function dangling(layer: number, entry: Entry): Error {
  const where = { layer, entry, rule: "R3.5", target: entry.linkPath };
  return invalidEntry("LINK_DANGLING", "a hard link to something that no earlier entry created", where);
}
