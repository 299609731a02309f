/** Tags of ACL entries. linux/posix_acl.h */
const TAGS = { owner: 0x01, user: 0x02, group: 0x04, mask: 0x10, other: 0x20 } as const;

/** An ACL entry: its tag, its bits (rwx = 7), and for a named user its ID. */
export type AclEntry = readonly [tag: keyof typeof TAGS, bits: number, id?: number];

/** An ACL as Linux stores it in an xattr, one char per byte. linux/posix_acl_xattr.h */
export function posixAcl(...entries: readonly AclEntry[]): string {
  const bytes = Buffer.alloc(4 + entries.length * 8);
  bytes.writeUInt32LE(2);
  for (const [at, [tag, bits, id = 0xffffffff]] of entries.entries()) {
    bytes.writeUInt16LE(TAGS[tag], 4 + at * 8);
    bytes.writeUInt16LE(bits, 6 + at * 8);
    bytes.writeUInt32LE(id, 8 + at * 8);
  }
  return bytes.toString("latin1");
}
