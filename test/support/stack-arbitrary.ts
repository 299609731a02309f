import fc from "fast-check";
import { type NaiveMember, readNaively } from "./naive-tar.ts";
import { replay } from "./oracle.ts";
import {
  char,
  type Dialect,
  dir,
  fifo,
  file,
  hardlink,
  layerWith,
  type Member,
  type MemberOptions,
  opaque,
  symlink,
  whiteout,
} from "./tar-fixture.ts";

/** Tars of a stack, base first. */
export type Stack = readonly Uint8Array[];

/** Few names, so that they collide; some sort differently if a slash follows. */
const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 3, arbitrary: fc.constantFrom("a-", "a.b", "\xff\xfe", "\xc3\xa9", `n${"x".repeat(254)}`) },
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));

const time = fc.record({
  mtime: fc.constantFrom(1_700_000_000, 0, -86_401, 8_589_934_592),
  mtimeNanoseconds: fc.constantFrom(0, 0, 1, 500_000_000),
});
const xattrs = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.constantFrom("user.a", "security.capability", "trusted.x", "trusted.overlay.opaque", "user.overlay.opaque"),
      fc.constantFrom("y", "\0\xff=\n", ""),
      { minKeys: 1, maxKeys: 3 },
    ),
  },
);
const owner = fc.constantFrom({}, {}, { uid: 7 }, { gid: 3_000_000 }, { uid: 4_294_967_295, gid: 1 });
const options: fc.Arbitrary<MemberOptions> = fc
  .tuple(fc.constantFrom(0o644, 0o755, 0o4755, 0), fc.option(time, { nil: {} }), xattrs, owner)
  .map(([mode, when, attributes, who]) => ({ mode, ...when, ...who, xattrs: attributes }));

const target = fc.oneof(path, fc.constantFrom("..", ".", "/", "../b", "/a", "../../c", "b/../a", "nowhere"));

/** A member, and the path that later hard links of the layer may name. */
interface Made {
  readonly path: string;
  readonly make: (earlier: readonly string[]) => Member;
}

const made: fc.Arbitrary<Made> = fc.oneof(
  { weight: 6, arbitrary: each(path, fc.string({ maxLength: 600 }), (at, content, meta) => file(at, content, meta)) },
  { weight: 5, arbitrary: each(path, fc.constant(""), (at, _, meta) => dir(at, meta)) },
  { weight: 3, arbitrary: each(path, target, (at, to, meta) => symlink(at, to, meta)) },
  { weight: 3, arbitrary: fc.tuple(path, fc.nat(), path, options).map(linked) },
  { weight: 3, arbitrary: path.map((at) => ({ path: at, make: () => whiteout(at) })) },
  { weight: 1, arbitrary: fc.oneof(path, fc.constant("")).map((at) => ({ path: at, make: () => opaque(at) })) },
  { weight: 1, arbitrary: each(path, fc.constantFrom(0, 1), (at, number, meta) => char(at, number, number, meta)) },
  { weight: 1, arbitrary: each(path, fc.constant(""), (at, _, meta) => fifo(at, meta)) },
  { weight: 1, arbitrary: each(fc.constantFrom("./", "/"), fc.constant(""), (at, _, meta) => dir(at, meta)) },
);

function each<T>(
  at: fc.Arbitrary<string>,
  holds: fc.Arbitrary<T>,
  build: (path: string, holds: T, meta: MemberOptions) => Member,
): fc.Arbitrary<Made> {
  return fc
    .tuple(at, holds, options)
    .map(([where, what, meta]) => ({ path: where, make: () => build(where, what, meta) }));
}

/** Mostly a link to an earlier entry of the layer. */
function linked([at, pick, other, meta]: [string, number, string, MemberOptions]): Made {
  return {
    path: at,
    make: (earlier) =>
      hardlink(at, pick % 4 === 0 ? other : (earlier[pick % Math.max(1, earlier.length)] ?? other), meta),
  };
}

const layerOf = fc.record({
  members: fc.array(made, { maxLength: 9 }),
  dialect: fc.constantFrom<Dialect>("go", "go", "go", "pax"),
});

/** Stacks of one to five layers, many of which no engine loads. */
export const anyStack: fc.Arbitrary<Stack> = fc
  .array(layerOf, { minLength: 1, maxLength: 5 })
  .map((layers) => readable(layers.map(({ members, dialect }) => layerWith({ dialect }, ...membersOf(members)).tar())));

/** The same, without members that would make a stack unloadable. */
export const stack: fc.Arbitrary<Stack> = fc.array(layerOf, { minLength: 1, maxLength: 5 }).map((layers) => {
  const loadable: Uint8Array[] = [];
  for (const { members, dialect } of layers) loadable.push(loadableLayer(loadable, membersOf(members), dialect));
  return readable(loadable);
});

/** Prints counterexamples as lists of members instead of bytes. */
function readable(tars: Stack): Stack {
  const print = () => tars.map((tar) => JSON.stringify(readNaively(tar).map(memberWords))).join("\n");
  return Object.assign([...tars], { [fc.toStringMethod]: print });
}

function memberWords({
  name: where,
  typeflag,
  linkname,
  mode,
  uid,
  gid,
  mtime,
  xattrs: attributes,
}: NaiveMember): string {
  const to = linkname === "" ? "" : ` -> ${linkname}`;
  return `${typeflag} ${where}${to} ${mode.toString(8)} ${uid}:${gid} ${mtime} ${JSON.stringify(attributes)}`;
}

function membersOf(list: readonly Made[]): Member[] {
  return list.map(({ make }, at) => make(list.slice(0, at).map((earlier) => earlier.path)));
}

function loadableLayer(below: Stack, members: readonly Member[], dialect: Dialect): Uint8Array {
  let kept: Member[] = [...members];
  if (!loads([...below, layerWith({ dialect }, ...kept).tar()])) {
    kept = [];
    for (const member of members)
      if (loads([...below, layerWith({ dialect }, ...kept, member).tar()])) kept.push(member);
  }
  return layerWith({ dialect }, ...kept).tar();
}

function loads(tars: Stack): boolean {
  try {
    replay(tars);
    return true;
  } catch {
    return false;
  }
}
