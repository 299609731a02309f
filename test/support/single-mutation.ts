import { type NaiveMember, readNaively } from "./naive-tar.ts";
import { type Draw, groupsOf, restated } from "./rebuild.ts";
import { layer } from "./tar-fixture.ts";

/** What was changed, and where. */
export interface Mutation {
  readonly what: string;
  readonly paths: readonly string[];
  readonly tar: Uint8Array;
}

/**
 * A flat tar with one attribute changed in one inode, which every engine would show; undefined if that inode has no
 * such attribute.
 */
export function mutateOnce(flat: Uint8Array, draw: Draw): Mutation | undefined {
  const groups = groupsOf(readNaively(flat));
  const at = draw(groups.length);
  const [what = "", change = () => undefined] = Object.entries(CHANGES)[draw(Object.keys(CHANGES).length)] ?? [];
  const group = groups[at] ?? [];
  const changed = change(group);
  if (changed === undefined || group.length === 0) return undefined;
  // In the old order, since hard links follow their targets.
  const replaced = new Map(group.map((member, index) => [member.name, changed[index]]));
  const members = readNaively(flat).flatMap((member) =>
    replaced.has(member.name) ? (replaced.get(member.name) ?? []) : member,
  );
  const tar = layer(...members.map(restated)).tar();
  return { what, paths: group.map(({ name }) => name.replace(/^\.\/|\/$/g, "")), tar };
}

type Change = (group: readonly NaiveMember[]) => readonly (NaiveMember | undefined)[] | undefined;

const CHANGES: Readonly<Record<string, Change>> = {
  mode: each((member) =>
    hasNoMode(member) ? undefined : { ...member, mode: member.mode % 2 === 0 ? member.mode + 1 : member.mode - 1 },
  ),
  setuid: each((member) => (hasNoMode(member) ? undefined : { ...member, mode: (member.mode + 0o4000) % 0o10000 })),
  uid: each((member) => ({ ...member, uid: member.uid === 0 ? 1 : member.uid - 1 })),
  gid: each((member) => ({ ...member, gid: member.gid === 0 ? 1 : member.gid - 1 })),
  nanosecond: each((member) => ({ ...member, mtime: oneLater(member.mtime) })),
  xattr: each((member) => ({ ...member, xattrs: { ...member.xattrs, "trusted.mutant": "\xff" } })),
  content: leader("0", (member) => ({ ...member, content: `${member.content.slice(0, -1)}\x01\x02` })),
  target: leader("2", (member) => ({ ...member, linkname: `${member.linkname}x` })),
  device: leader("3", (member) => ({ ...member, minor: member.minor + 1 })),
  removed: (group) => (group.some(({ typeflag }) => typeflag === "5") ? undefined : group.map(() => undefined)),
  parted: ([first, ...links]) =>
    first === undefined || links.length === 0
      ? undefined
      : [first, ...links.map((link) => ({ ...first, name: link.name }))],
};

function each(change: (member: NaiveMember) => NaiveMember | undefined): Change {
  return (group) => {
    const changed = group.map(change);
    return changed.includes(undefined) ? undefined : changed;
  };
}

function leader(typeflag: string, change: (member: NaiveMember) => NaiveMember): Change {
  return ([first, ...links]) => (first?.typeflag === typeflag ? [change(first), ...links] : undefined);
}

/** A symbolic link has no mode; that of a hard link is its target's. */
function hasNoMode({ typeflag }: NaiveMember): boolean {
  return typeflag === "2" || typeflag === "1";
}

function oneLater(mtime: string): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(mtime) ?? [];
  const value = BigInt(`${sign}${whole}${fraction.padEnd(9, "0")}`) + 1n;
  const size = String(value < 0n ? -value : value).padStart(10, "0");
  return `${value < 0n ? "-" : ""}${size.slice(0, -9)}.${size.slice(-9)}`;
}
