import type { Inode } from "./file-entry.ts";
import type { Directory } from "./file-tree.ts";

/** Extended attributes in which Linux keeps ACLs. acl(5), linux/posix_acl_xattr.h */
const ACCESS = "system.posix_acl_access";
const DEFAULT = "system.posix_acl_default";

/** An ACL of version 2 without entries, which the kernel treats as none. */
const NO_ACL = "\x02\0\0\0";

/** The default ACL that new entries of a directory inherit. */
export function defaultAclOf({ inode }: Directory): string | undefined {
  const acl = inode.xattrs.get(DEFAULT) ?? inode.inherited;
  return acl === NO_ACL ? undefined : acl;
}

/**
 * The ACLs that an inode has after an engine has created it: its own, or else those that the kernel derives from the
 * default ACL of its directory. So an entry that inherits in only one of the images differs, although the tars do not
 * say so.
 */
export function aclsOf({ type, mode, xattrs, inherited }: Inode): (readonly [name: string, value: string])[] {
  if (type === "l") return [];
  const access = xattrs.get(ACCESS) ?? (inherited === undefined ? undefined : accessAcl(inherited, mode));
  const initial = type === "d" ? (xattrs.get(DEFAULT) ?? inherited) : xattrs.get(DEFAULT);
  const acls = [[ACCESS, access] as const, [DEFAULT, initial] as const];
  return acls.flatMap(([name, acl]) => (acl === undefined || acl === NO_ACL ? [] : [[name, acl] as const]));
}

export function isAcl(name: string): boolean {
  return name === ACCESS || name === DEFAULT;
}

const TAG = { owner: 0x01, group: 0x04, mask: 0x10, other: 0x20 } as const;

/**
 * The access ACL of a new file: the default ACL with the permissions of the mode. Undefined if that says no more than
 * the mode. POSIX 1003.1e draft 17 §23.1.3
 */
function accessAcl(acl: string, mode: number): string | undefined {
  const bytes = Buffer.from(acl, "latin1");
  const entries = Array.from({ length: Math.floor((bytes.length - 4) / 8) }, (_, at) => 4 + at * 8);
  const tags = entries.map((at) => bytes.readUInt16LE(at));
  if (!tags.includes(TAG.mask)) return undefined;
  for (const [index, at] of entries.entries()) {
    const bits = classOf(tags[index] ?? 0, mode);
    if (bits !== undefined) bytes.writeUInt16LE(bits, at + 2);
  }
  return bytes.toString("latin1");
}

function classOf(tag: number, mode: number): number | undefined {
  if (tag === TAG.owner) return Math.floor(mode / 64) % 8;
  if (tag === TAG.mask) return Math.floor(mode / 8) % 8;
  return tag === TAG.other ? mode % 8 : undefined;
}
