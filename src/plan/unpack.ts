import type { Entry, EntryType } from "../tar/entry.ts";
import { defaultAclOf, hasOverlayXattr, isOverlayOpaque, refuseOverlayDetours } from "./attributes.ts";
import { placeAufsLink, placeHardlink } from "./links.ts";
import { markOpaque, placeWhiteout } from "./markers.ts";
import { countNodes, type MergeState } from "./merge-state.ts";
import { Placement, type UnpackContext } from "./placement.ts";
import type { Unpacking } from "./resolve.ts";
import { type DirectoryNode, newDirectory } from "./tree.ts";

/**
 * Unpacks one layer by itself into a tree of its own, as engines with overlayfs do (§3): whiteouts and opaque marks are
 * part of that tree, and links are resolved within it. The merged tree is only read, except that a hard link to a lower
 * file shares that file's inode (D5).
 * @throws ImageInvalidError TAR_INVALID or LINK_DANGLING for what no engine loads, and WHITEOUT_INVALID, too, for
 * strict diagnostics; LimitError LIMIT_EXCEEDED
 */
export function unpack(merge: MergeState, layer: number): DirectoryNode {
  const { entries } = merge.layers[layer] ?? { entries: [] };
  countNodes(merge, entries.length);
  const unpacking: Unpacking = { merge, layer, root: newDirectory({ layer, ordinal: 0 }, true) };
  const context = { ...unpacking, placement: new Placement(unpacking), aside: new Map<string, number>() };
  for (const entry of entries) placeEntry(context, entry);
  return unpacking.root;
}

function placeEntry(context: UnpackContext, entry: Entry): void {
  if (entry.meta.xattrs.length > 0) checkOverlayXattrs(context, entry);
  const rule = entry.path === "" && entry.type === "directory" ? placeRoot : RULES[entry.type];
  rule(context, entry);
}

const RULES: Readonly<Record<EntryType, (context: UnpackContext, entry: Entry) => void>> = {
  file: placeLeaf,
  symlink: placeLeaf,
  char: placeChar,
  block: placeLeaf,
  fifo: placeLeaf,
  directory: placeDirectory,
  hardlink: placeHardlink,
  whiteout: placeWhiteout,
  opaque: markOpaque,
  "aufs-file": keepAside,
  "aufs-link": placeAufsLink,
};

/** R5.8: of several root entries the last counts. */
function placeRoot({ merge, layer, root, placement }: UnpackContext, entry: Entry): void {
  merge.findings.report("D11", layer, entry.path);
  if (!root.implied) {
    placement.reportTwice(root, entry);
    merge.hidden.hide(root, "duplicate", { layer, ordinal: entry.ordinal });
  }
  list(root, entry);
}

/** R3.4: over a directory only the metadata is replaced; over a whiteout see D2. */
function placeDirectory(context: UnpackContext, entry: Entry): void {
  const { merge, layer, placement } = context;
  const slot = placement.slot(entry);
  const place = { layer, ordinal: entry.ordinal };
  const { old } = slot;
  if (old?.kind === "directory") {
    if (!old.implied) {
      placement.reportTwice(old, entry);
      merge.hidden.hide(old, "duplicate", place);
    }
    list(old, entry);
    obeyOverlayOpaque(context, old, entry);
    return;
  }
  const directory = newDirectory(place, false);
  list(directory, entry);
  if (old?.kind === "whiteout") {
    merge.findings.report("D2", layer, entry.path);
    if (merge.rules.D2 === "opaque") directory.opaqueBy = old.ordinal;
  }
  placement.clear(slot, entry);
  placement.put(slot, directory);
  obeyOverlayOpaque(context, directory, entry);
}

function placeLeaf({ layer, placement }: UnpackContext, entry: Entry): void {
  const slot = placement.slot(entry);
  placement.clear(slot, entry);
  placement.put(slot, { kind: "leaf", layer, ordinal: entry.ordinal, inode: undefined });
}

/** R3.3, D9: a character device 0:0 is a whiteout of its own name, whatever was there before. */
function placeChar(context: UnpackContext, entry: Entry): void {
  const { merge, layer, placement } = context;
  const zero = entry.major === 0 && entry.minor === 0;
  if (zero) merge.findings.report("D9", layer, entry.path);
  if (!zero || merge.rules.D9 === "device") {
    placeLeaf(context, entry);
    return;
  }
  merge.hidden.hide({ layer, ordinal: entry.ordinal }, "marker");
  const slot = placement.slot(entry);
  placement.clear(slot, entry);
  placement.put(slot, { kind: "whiteout", layer, ordinal: entry.ordinal });
}

/** R3.2, D16: files that AUFS keeps for itself get no node. */
function keepAside({ merge, layer, aside }: UnpackContext, entry: Entry): void {
  merge.hidden.hide({ layer, ordinal: entry.ordinal }, "marker");
  aside.set(entry.path.slice(entry.path.lastIndexOf("/") + 1), entry.ordinal);
}

/** Makes an entry the one that lists a directory. */
function list(directory: DirectoryNode, entry: Entry): void {
  directory.ordinal = entry.ordinal;
  directory.implied = false;
  directory.defaultAcl = defaultAclOf(entry.meta.xattrs);
}

/** D10: reported for every such xattr, whether it is obeyed or not. */
function checkOverlayXattrs({ merge, layer }: UnpackContext, entry: Entry): void {
  if (!hasOverlayXattr(entry.meta.xattrs)) return;
  merge.findings.report("D10", layer, entry.path);
  if (merge.rules.D10 === "honour") refuseOverlayDetours(entry, layer);
}

function obeyOverlayOpaque({ merge }: UnpackContext, directory: DirectoryNode, entry: Entry): void {
  if (merge.rules.D10 === "honour" && isOverlayOpaque(entry.meta.xattrs)) directory.opaqueBy ??= entry.ordinal;
}
