import type { EntryMeta, Xattr } from "../tar/entry.ts";
import { ACCESS_ACL, DEFAULT_ACL, withXattrs } from "./attributes.ts";
import type { MergeState } from "./merge-state.ts";
import type { DirectoryNode, TreeNode } from "./tree.ts";

/** An ACL of version 2 without entries: the kernel treats it as none, and removes an inherited one. */
const NO_ACL = "\x02\0\0\0";
const SHIELD: readonly Xattr[] = [
  { name: ACCESS_ACL, value: NO_ACL },
  { name: DEFAULT_ACL, value: NO_ACL },
];

/**
 * Metadata that keeps an entry from inheriting an ACL from its directory; ACLs of its own stay. It leaves no trace in
 * what engines unpack.
 */
export function shielded(meta: EntryMeta, type: "directory" | "leaf"): EntryMeta {
  return { ...meta, xattrs: withXattrs(type === "directory" ? SHIELD : SHIELD.slice(0, 1), meta.xattrs) };
}

/** Records the default ACL that a new node inherits from its directory in its own layer; a hard link inherits none. */
export function inherit(merge: Pick<MergeState, "inherited">, parent: DirectoryNode, node: TreeNode): void {
  const acl = aclForChildren(parent, parent.inheritedAcl);
  if (acl === undefined) return;
  if (node.kind === "directory") node.inheritedAcl = acl;
  if (node.kind === "leaf" && node.inode === undefined) merge.inherited.add(node, acl);
}

/** The default ACL that children of a directory inherit: that of its entry, or else the one that it inherited. */
export function aclForChildren({ defaultAcl }: DirectoryNode, inherited: string | undefined): string | undefined {
  const acl = defaultAcl ?? inherited;
  return acl === NO_ACL ? undefined : acl;
}
