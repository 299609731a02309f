import type { FileType, Inode, LayerEntry } from "./file-entry.ts";
import { tarFault } from "./tar-fault.ts";
import type { TarMember } from "./tar-members.ts";

export interface EntryRules {
  /** Keeps names that lead out of the root inside it. */
  readonly lenientTar: boolean;
}

/**
 * What a member of a layer's tar says about the filesystem (§2, R3.2); undefined if nothing. Only the last component of
 * a name makes a whiteout.
 * @throws ImageInvalidError TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID
 */
export function layerEntry(member: TarMember, rules: EntryRules): LayerEntry | undefined {
  const entry = meaning(member, rules);
  if (entry !== undefined) checkNames(entry.path, member);
  return entry;
}

function meaning(member: TarMember, rules: EntryRules): LayerEntry | undefined {
  const { offset } = member;
  const path = clean(member.name, member, rules);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith(WHITEOUT) || path.startsWith(AUFS)) return markEntry(member, path, name);
  if (member.typeflag === "1") return path === "" ? undefined : linkEntry(member, path, rules);
  const type = TYPES[member.typeflag];
  if (type === undefined) {
    throw tarFault(`an entry of type ${JSON.stringify(member.typeflag)}`, { rule: "R1.9", offset, entry: path });
  }
  if (path === "" && type !== "d") return undefined;
  checkInode(member, type, path);
  return { kind: "inode", path, inode: inodeOf(member, type), offset };
}

const TYPES: Readonly<Record<string, FileType>> = { "0": "f", "2": "l", "3": "c", "4": "b", "5": "d", "6": "p" };

/** Whiteouts and the files that AUFS keeps for itself: the names with a special meaning. */
function markEntry(member: TarMember, path: string, name: string): LayerEntry | undefined {
  const { offset } = member;
  if (/^\.wh\.\.?\.?$/.test(name)) {
    throw tarFault("a whiteout that names nothing", { rule: "R3.2", code: "WHITEOUT_INVALID", offset, entry: path });
  }
  if (path.startsWith(AUFS) && path !== OPAQUE) {
    const kept = path.startsWith(`${AUFS}plnk/`) && member.typeflag === "0";
    return kept ? { kind: "aside", path: name, inode: inodeOf(member, "f"), offset } : undefined;
  }
  const parent = path.slice(0, path.length - name.length);
  const inode = inodeOf(member, "f");
  if (name === OPAQUE) return { kind: "opaque", path: parent.slice(0, -1), inode, offset };
  return { kind: "whiteout", path: parent + name.slice(WHITEOUT.length), inode, offset };
}

const WHITEOUT = ".wh.";
const AUFS = ".wh..wh.";
const OPAQUE = ".wh..wh..opq";

function linkEntry(member: TarMember, path: string, rules: EntryRules): LayerEntry {
  const target = clean(member.linkName, member, rules);
  checkNames(target, member);
  return { kind: "link", path, target, inode: inodeOf(member, "f"), offset: member.offset };
}

function inodeOf(member: TarMember, type: FileType): Inode {
  const { mode, uid, gid, seconds, nanoseconds, xattrs, size, content, linkName, major, minor } = member;
  const file = type === "f";
  const device = type === "c" || type === "b";
  return {
    kind: "inode",
    type,
    mode,
    uid,
    gid,
    seconds,
    nanoseconds,
    xattrs,
    size: file ? size : 0,
    content: file ? content : "",
    target: type === "l" ? linkName : "",
    major: device ? major : 0,
    minor: device ? minor : 0,
    inherited: undefined,
    names: 0,
  };
}

/** Bytes of a name in a directory. */
const LONGEST_NAME = 255;
const UNCLEAN = /^\/|\/\/|\/$|(?:^|\/)\.\.?(?:\/|$)/;

/** A name as a path below the root (R2.1): `./a`, `/a` and `q/../a` are all `a`. */
function clean(name: string, { offset }: TarMember, { lenientTar }: EntryRules): string {
  const bare = name.endsWith("/") ? name.slice(0, -1) : name;
  if (!UNCLEAN.test(bare)) return bare;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined && !lenientTar) {
        throw tarFault("a name that leads out of the root", { rule: "R2.2", code: "PATH_UNSAFE", offset, entry: name });
      }
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Checks the path that an entry is about: what a whiteout removes may be as long as any name (R2.5). */
function checkNames(path: string, { offset, name }: TarMember): void {
  if (path.length <= LONGEST_NAME || path.split("/").every((part) => part.length <= LONGEST_NAME)) return;
  throw tarFault("a name of more than 255 bytes", { rule: "R2.5", offset, entry: name });
}

function checkInode({ linkName, major, minor, offset }: TarMember, type: FileType, entry: string): void {
  if (type === "l" && (linkName === "" || linkName.length > 4095)) {
    throw tarFault("a symbolic link without a target, or with one beyond 4095 bytes", { rule: "R2.4", offset, entry });
  }
  const numbers = [major, minor].every((number) => number >= 0 && number <= 2_097_151);
  if ((type === "c" || type === "b") && !numbers) {
    throw tarFault("a device whose numbers are not within 0 and 2,097,151", { rule: "R5.5", offset, entry });
  }
}
