import { defaultAclOf } from "./acl.ts";
import type { Inode, NamedEntry } from "./file-entry.ts";
import type { TreeNode } from "./file-tree.ts";
import type { MergeRules } from "./merge-rules.ts";
import { type Slot, slotOf, type Unpacking } from "./slot.ts";
import { tarFault } from "./tar-fault.ts";
import { walkTo } from "./walk-tree.ts";

type LinkEntry = Extract<NamedEntry, { readonly kind: "link" }>;

const AUFS_LINKS = ".wh..wh.plnk/";
const CAPABILITY = "security.capability";

/**
 * Adds a name to what an earlier entry of the layer made (R3.5), or else to a file of a lower layer (D5).
 * @throws ImageInvalidError LINK_DANGLING, TAR_INVALID
 */
export function placeLink(unpacking: Unpacking, entry: LinkEntry): void {
  if (entry.target.startsWith(AUFS_LINKS)) placeAside(unpacking, entry);
  else placeName(unpacking, entry);
}

function placeName(unpacking: Unpacking, entry: LinkEntry): void {
  const slot = slotOf(unpacking, entry);
  if (slot === undefined) return;
  const { parent, name } = slot;
  parent.children.delete(name);
  const found = findTarget(unpacking, entry, slot);
  if (found === undefined) throw dangling(entry);
  if (found.kind === "directory") {
    throw tarFault("a hard link to a directory", { rule: "R3.5", offset: entry.offset, entry: entry.path });
  }
  // For overlayfs a whiteout is a device, and a hard link to it is another one (D9).
  if (found.kind === "whiteout" && !unpacking.rules.zeroDeviceRemoves) throw dangling(entry);
  if (found.kind === "inode") {
    unpacking.spend(found.xattrs.size);
    applyHeader(found, entry.inode, unpacking.rules);
  }
  parent.children.set(name, found);
}

/** R3.2: a link to a file that AUFS kept becomes a separate file with the same content and metadata. */
function placeAside(unpacking: Unpacking, entry: LinkEntry): void {
  const kept = unpacking.aside.get(entry.target.slice(entry.target.lastIndexOf("/") + 1));
  if (kept === undefined) throw dangling(entry);
  const slot = slotOf(unpacking, entry);
  if (slot === undefined) return;
  slot.parent.children.set(slot.name, copyOf(kept, defaultAclOf(slot.parent)));
}

function copyOf(
  { type, mode, uid, gid, seconds, nanoseconds, xattrs, size, content }: Inode,
  inherited: string | undefined,
): Inode {
  const facts = { type, mode, uid, gid, seconds, nanoseconds, xattrs, size, content, inherited };
  return { kind: "inode", ...facts, target: "", major: 0, minor: 0, names: 0 };
}

function findTarget(unpacking: Unpacking, entry: LinkEntry, slot: Slot): TreeNode | undefined {
  const slash = entry.target.lastIndexOf("/");
  const place = walkTo(unpacking, entry.target.slice(0, Math.max(0, slash)).split("/"), { entry, purpose: "target" });
  const name = entry.target.slice(slash + 1);
  if (place === undefined || (place.upper === slot.parent && name === slot.name)) return undefined;
  return place.upper?.children.get(name) ?? place.lower?.children.get(name);
}

/** R3.6: engines apply a link's header to the inode, and the kernel drops a capability when they change its owner. */
function applyHeader(inode: Inode, link: Inode, rules: MergeRules): void {
  if (!rules.linkHeaderCounts) return;
  const symlink = inode.type === "l";
  if (inode.xattrs.size + link.xattrs.size > 0) {
    const kept = [...inode.xattrs].filter(([name]) => symlink || name !== CAPABILITY);
    inode.xattrs = new Map([...kept, ...link.xattrs]);
  }
  inode.mode = link.mode;
  inode.uid = link.uid;
  inode.gid = link.gid;
  if (symlink && !rules.linkSetsSymlinkTime) return;
  inode.seconds = link.seconds;
  inode.nanoseconds = link.nanoseconds;
}

function dangling({ offset, path, target }: LinkEntry): Error {
  const where = { rule: "R3.5", code: "LINK_DANGLING", offset, entry: path, target } as const;
  return tarFault("a hard link to something that no earlier entry created", where);
}
