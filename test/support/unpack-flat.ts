import { type Listing, listingOf, type PlainInode } from "./listing.ts";
import { type NaiveMember, readNaively } from "./naive-tar.ts";

/**
 * Unpacks a flat tar as the simplest engine does, one member after the other, and lists the result.
 * Throws where an engine could fail: markers, duplicate names, children before their directory, links before their
 * target.
 */
export function unpackFlat(tar: Uint8Array): Listing {
  const inodes = new Map<string, PlainInode>();
  let last = "";
  for (const member of readNaively(tar)) {
    const path = flatPath(member);
    if (path.split("/").some((part) => part.startsWith(".wh."))) throw new Error(`a marker: ${path}`);
    if (inodes.has(path)) throw new Error(`twice: ${path}`);
    if (path !== "" && byParts(last) >= byParts(path)) throw new Error(`out of order: ${path}`);
    const parent = path.split("/").slice(0, -1).join("/");
    if (parent !== "" && inodes.get(parent)?.typeflag !== "5") throw new Error(`without a directory: ${path}`);
    inodes.set(path, member.typeflag === "1" ? linked(inodes, member) : inodeOf(member));
    last = path;
  }
  return listingOf(inodes);
}

/** The path, after a check of its spelling: `./` for the root, `a/b/` for a directory, `a/b` for others. */
function flatPath({ name, typeflag }: NaiveMember): string {
  if (name === "./" && typeflag === "5") return "";
  const path = name.replace(/\/$/, "");
  const clean = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!clean || (typeflag === "5") !== name.endsWith("/")) throw new Error(`a spelling that is not clean: ${name}`);
  return path;
}

/** A form whose order is depth-first with siblings sorted by bytes. */
function byParts(path: string): string {
  return path.replaceAll("/", "\0");
}

/** The inode of a member that is not a hard link. */
export function inodeOf(member: NaiveMember): PlainInode {
  const { typeflag, mode, uid, gid, mtime, xattrs, content, linkname, major, minor } = member;
  const device = typeflag === "3" || typeflag === "4";
  const holds = typeflag === "2" ? linkname : device ? `${major}:${minor}` : content;
  return { typeflag, mode, uid, gid, mtime, xattrs: { ...xattrs }, holds };
}

function linked(inodes: ReadonlyMap<string, PlainInode>, member: NaiveMember): PlainInode {
  const inode = inodes.get(member.linkname);
  if (inode === undefined) throw new Error(`a link to nothing: ${member.name}`);
  relink(inode, member);
  return inode;
}

/** The effect of unpacking a hard link on its inode: chown removes the capability, then the header is applied. */
export function relink(inode: PlainInode, link: NaiveMember): void {
  if (inode.typeflag !== "2") inode.mode = link.mode;
  if (inode.typeflag !== "2") delete inode.xattrs["security.capability"];
  Object.assign(inode, { uid: link.uid, gid: link.gid, mtime: link.mtime });
  Object.assign(inode.xattrs, link.xattrs);
}
