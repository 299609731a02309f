import type { Member } from "../../src/tar/member.ts";
import { type TarEnd, TarReader } from "../../src/tar/tar-reader.ts";
import { type LayerFixture, layer, type Member as MemberFixture } from "./tar-fixture.ts";

/** The members of a tar and its end. */
export interface ReadTar {
  readonly members: readonly Member[];
  readonly end: TarEnd;
}

/** Reads a tar, in chunks of `chunkBytes` if given. */
export function readTar(
  tar: LayerFixture | Uint8Array,
  options: { readonly lenientTar?: boolean; readonly chunkBytes?: number } = {},
): ReadTar {
  const bytes = tar instanceof Uint8Array ? tar : tar.tar();
  const members: Member[] = [];
  const reader = new TarReader({ lenientTar: options.lenientTar, onMember: (member) => members.push(member) });
  const step = options.chunkBytes ?? Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  return { members, end: reader.end() };
}

/** The members of a layer made of these. */
export function readMembers(...members: MemberFixture[]): readonly Member[] {
  return readTar(layer(...members)).members;
}

/** The only member of a layer made of these: extension headers and the member that they describe. */
export function readMember(...members: MemberFixture[]): Member {
  const [member, ...others] = readMembers(...members);
  if (member === undefined || others.length > 0) throw new Error(`one member was expected, not ${others.length + 1}`);
  return member;
}
