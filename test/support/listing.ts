/** A filesystem as a list: what a user of it can see, and nothing about how it was built. */
export type Listing = Readonly<Record<string, ListedNode>>;

export interface ListedNode {
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  readonly mtime: string;
  readonly xattrs: Readonly<Record<string, string>>;
  /** Content of a file, target of a symbolic link, numbers of a device. */
  readonly holds: string;
  /** All names of the inode, if there are several. */
  readonly names?: readonly string[];
}

/** An inode of the slow twins; several paths may have the same object. */
export interface PlainInode {
  typeflag: string;
  mode: number;
  uid: number;
  gid: number;
  mtime: string;
  xattrs: Record<string, string>;
  holds: string;
}

/** Lists paths and their inodes; paths that lead to one object are hard links. */
export function listingOf(inodes: ReadonlyMap<string, PlainInode>): Listing {
  const namesOf = new Map<PlainInode, string[]>();
  const sorted = [...inodes].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, inode] of sorted) namesOf.set(inode, [...(namesOf.get(inode) ?? []), path]);
  return Object.fromEntries(sorted.map(([path, inode]) => [path, listed(inode, namesOf.get(inode) ?? [])]));
}

function listed(inode: PlainInode, names: readonly string[]): ListedNode {
  const { typeflag, mode, uid, gid, mtime, xattrs, holds } = inode;
  const node = { type: typeflag, mode: mode.toString(8), owner: `${uid}:${gid}`, mtime, xattrs, holds };
  return names.length > 1 ? { ...node, names } : node;
}
