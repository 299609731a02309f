/** xattr values in the kernel's binary layout, one char per byte, for tar fixtures. */

/** `security.capability`, version 2, with one effective and permitted capability by its number (below 32). */
export function fileCapability(capability: number): string {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x02000001, 0);
  bytes.writeUInt32LE(2 ** capability, 4);
  return bytes.toString("latin1");
}

/** `system.posix_acl_access` or `_default`: rwxr-xr-- and, for one user, rwx. */
export function accessList(user: number): string {
  const entries: readonly (readonly [tag: number, permissions: number, id: number])[] = [
    [0x01, 7, NOBODY],
    [0x02, 7, user],
    [0x04, 5, NOBODY],
    [0x10, 7, NOBODY],
    [0x20, 4, NOBODY],
  ];
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2, 0);
  for (const [at, [tag, permissions, id]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 4 + 8 * at);
    bytes.writeUInt16LE(permissions, 6 + 8 * at);
    bytes.writeUInt32LE(id, 8 + 8 * at);
  }
  return bytes.toString("latin1");
}

/** The id of ACL entries without a user or group. */
const NOBODY = 0xffffffff;
