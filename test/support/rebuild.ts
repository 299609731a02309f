import { type NaiveMember, readNaively } from "./naive-tar.ts";
import { hardlink, latin1, layerWith, type Member, type MemberOptions, other } from "./tar-fixture.ts";

/** Draws a number in 0…below-1. */
export type Draw = (below: number) => number;

/**
 * The filesystem of a flat tar, built differently: in several layers, in another order, dialect and spelling of names,
 * with owners' names, and with another name of each hard-linked inode carrying the content.
 */
export function rebuild(flat: Uint8Array, draw: Draw): Uint8Array[] {
  const layers: Member[][] = [[], [], []];
  for (const group of shuffled(groupsOf(readNaively(flat)), draw)) {
    const names = shuffled(group, draw);
    const leader = group.find((member) => member.typeflag !== "1");
    const [first, ...rest] = names;
    if (first === undefined || leader === undefined) continue;
    const layer = layers[draw(layers.length)];
    layer?.push(retold({ ...leader, name: first.name }, draw));
    for (const name of rest) layer?.push(hardlink(name.name, first.name, optionsOf(leader)));
  }
  return layers.map((members) => layerWith({ dialect: draw(2) === 0 ? "go" : "pax" }, ...members).tar());
}

/** Groups members by inode. */
export function groupsOf(members: readonly NaiveMember[]): NaiveMember[][] {
  const groups = new Map<string, NaiveMember[]>();
  for (const member of members) {
    const key = member.typeflag === "1" ? member.linkname : member.name;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()];
}

function retold(member: NaiveMember, draw: Draw): Member {
  const { name } = member;
  return restated({ ...member, name: draw(3) === 0 && name !== "./" ? `./${name}` : name });
}

/** A member that was read, as a fixture to be written. */
export function restated(member: NaiveMember): Member {
  const { name, typeflag, content, linkname, major, minor } = member;
  return other(typeflag, name, content, {
    ...optionsOf(member),
    block: { linkname: linkname.slice(0, 100), major, minor },
    ...longLink(linkname),
  });
}

function longLink(linkname: string): MemberOptions {
  return linkname.length > 100 || latin1(linkname).some((byte) => byte >= 0x80)
    ? { pax: [["linkpath", linkname]] }
    : {};
}

function optionsOf({ mode, uid, gid, mtime, xattrs }: NaiveMember): MemberOptions {
  const seconds = Math.floor(Number(mtime));
  const [, fraction = ""] = mtime.split(".");
  const nanoseconds = Number(fraction.padEnd(9, "0"));
  const mtimeNanoseconds = mtime.startsWith("-") && nanoseconds > 0 ? 1_000_000_000 - nanoseconds : nanoseconds;
  return { mode, uid, gid, mtime: seconds, mtimeNanoseconds, xattrs, uname: "root", gname: "wheel" };
}

function shuffled<T>(list: readonly T[], draw: Draw): T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(draw(rest.length), 1));
}
