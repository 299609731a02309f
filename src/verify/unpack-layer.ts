import { defaultAclOf } from "./acl.ts";
import type { Inode, LayerEntry, NamedEntry } from "./file-entry.ts";
import { type Directory, impliedDirectory, listedDirectory } from "./file-tree.ts";
import { placeLink } from "./place-link.ts";
import { type Slot, slotOf, type Unpacking } from "./slot.ts";
import { tarFault } from "./tar-fault.ts";
import { directoryFor, type Trees } from "./walk-tree.ts";

/**
 * Unpacks a layer by itself into a tree (§3), which includes its whiteouts and opaque marks. `merged`, the layers
 * below, is only read, except that a hard link to a file in it shares its inode and changes its metadata (D5).
 * @throws ImageInvalidError TAR_INVALID, LINK_DANGLING; LimitError LIMIT_EXCEEDED
 */
export function unpackLayer(entries: Iterable<NamedEntry>, below: Omit<Trees, "top">): Directory {
  let unpacking: Unpacking | undefined;
  for (const entry of entries) {
    unpacking ??= { ...below, top: impliedDirectory(entry.inode), aside: new Map(), last: undefined };
    if (below.rules.obeysOverlayMarks) refuseDetours(entry);
    place(unpacking, entry);
  }
  return unpacking?.top ?? impliedDirectory(NOBODY);
}

function place(unpacking: Unpacking, entry: NamedEntry): void {
  if (entry.kind === "inode") placeInode(unpacking, entry);
  else if (entry.kind === "link") placeLink(unpacking, entry);
  else if (entry.kind === "whiteout") placeWhiteout(unpacking, entry);
  else if (entry.kind === "opaque") markOpaque(unpacking, entry);
  else unpacking.aside.set(entry.path, entry.inode);
}

function placeInode(unpacking: Unpacking, entry: NamedEntry): void {
  const { inode, path } = entry;
  if (path === "") {
    // R5.8: of several root entries the last counts.
    Object.assign(unpacking.top, { inode, listed: true });
    return;
  }
  const slot = slotOf(unpacking, entry);
  if (slot === undefined) return;
  inode.inherited = defaultAclOf(slot.parent);
  if (inode.type === "d") placeDirectory(unpacking, slot, inode);
  else if (inode.type === "c" && inode.major === 0 && inode.minor === 0 && unpacking.rules.zeroDeviceRemoves) {
    slot.parent.children.set(slot.name, { kind: "whiteout" });
  } else slot.parent.children.set(slot.name, inode);
}

/** R3.4: over a directory of the same layer, only the metadata is replaced. */
function placeDirectory({ rules }: Trees, { parent, name }: Slot, inode: Inode): void {
  const old = parent.children.get(name);
  const marked = rules.obeysOverlayMarks && inode.xattrs.get("trusted.overlay.opaque") === "y";
  const directory = old?.kind === "directory" ? old : listedDirectory(inode);
  if (directory === old) inode.inherited = old.inode.inherited;
  directory.inode = inode;
  directory.listed = true;
  directory.opaque ||= marked || (old?.kind === "whiteout" && rules.remadeIsOpaque);
  parent.children.set(name, directory);
}

/** R3.2, D6: what the same layer added before stays, and hides what lower layers have in it. */
function placeWhiteout(unpacking: Unpacking, entry: NamedEntry): void {
  const slot = slotOf(unpacking, entry);
  const old = slot?.parent.children.get(slot.name);
  if (old?.kind === "directory") old.opaque = true;
  if (old === undefined) slot?.parent.children.set(slot.name, { kind: "whiteout" });
}

function markOpaque(trees: Trees, entry: LayerEntry): void {
  const directory = directoryFor(trees, entry.path.split("/"), { entry, purpose: "mark" });
  if (directory === undefined || (directory === trees.top && !trees.rules.rootCanBeOpaque)) return;
  directory.opaque = true;
}

/** D10: refuses xattrs that make overlayfs look for a file elsewhere. */
function refuseDetours({ inode, offset, path }: LayerEntry): void {
  const detour = [...inode.xattrs.keys()].find((name) => /^trusted\.overlay\.(redirect|metacopy)$/.test(name));
  if (detour === undefined) return;
  throw tarFault(`an xattr ${detour}, which redirects overlayfs`, { rule: "D10", offset, entry: path });
}

/** For the root of a layer without entries. */
const NOBODY = { seconds: 0, nanoseconds: 0 };
