import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesOf } from "../support/merge-stack.ts";
import { planLayer } from "../support/plan-layer.ts";
import { useSeed } from "../support/seed.ts";
import {
  char,
  dir,
  fifo,
  file,
  hardlink,
  layerWith,
  type Member,
  type MemberOptions,
  other,
  pax,
  symlink,
  whiteout,
} from "../support/tar-fixture.ts";

useSeed();

const KEYS = [
  ...["size", "uid", "gid", "mtime", "atime", "ctime", "path", "linkpath", "uname", "comment"],
  ...["major", "minor", "size", "realsize", "map", "numblocks", "offset", "numbytes", "name"].map(
    (name) => `GNU.sparse.${name}`,
  ),
  ...["SCHILY.xattr.user.a", "SCHILY.xattr."],
];
const VALUES = [
  ...[
    "",
    "0",
    "1",
    "2",
    "3",
    "10",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1.5",
    "-1.5",
    ".5",
    "1.",
    "-.5",
    "-0",
    "1e3",
    "0x1",
    "1_0",
  ],
  ...["4294967296", "9007199254740993", "99999999999999999999", "1.0000000001", "-1.9999999999"],
  ...["abc", "a\0b", "3,3", "0,0", "0,3,3,0", "a", "a/", "../x", "/", ".", "\xe9"],
];
const record = fc.tuple(fc.constantFrom(...KEYS), fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 3 })));
const records = fc.array(record, { maxLength: 5 });

/** Texts of numeric fields, some of which are none. */
const number = fc.option(
  fc.constantFrom(
    ...[
      "0000644\0",
      "        ",
      "\0".repeat(8),
      " 644 \0  ",
      "64 4\0",
      "9",
      "777",
      "-1",
      "+1",
      "12345678",
      "0\x001234",
    ],
    ...[`\x80${"\0".repeat(6)}\x01`, "\xff".repeat(8), `\x80${"\xff".repeat(7)}`],
  ),
  { nil: undefined, freq: 4 },
);
const size = fc.constantFrom("0", "3", "        3", `\x80${"\0".repeat(10)}\x03`, "-1", "\xff".repeat(12), "3 3");
const block = fc
  .record({
    ...{ mode: number, uid: number, gid: number, mtime: number, major: number, minor: number },
    magic: fc.option(fc.constantFrom("ustar\x0000", "ustar  \0", "\0".repeat(8), "ustar   "), {
      nil: undefined,
      freq: 3,
    }),
    prefix: fc.option(fc.constantFrom("p", "p/q", "\x80", "0", "/"), { nil: undefined, freq: 3 }),
    size: fc.option(size, { nil: undefined, freq: 5 }),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));

const MAKE: readonly ((options: MemberOptions) => Member)[] = [
  (options) => file("f", "abc", options),
  (options) => file("f", "x".repeat(600), options),
  (options) => file("f/", "", { ...options, typeflag: "\0" }),
  (options) => dir("d", options),
  (options) => symlink("s", "t", options),
  (options) => hardlink("h", "f", options),
  (options) => char("c", 1, 2, options),
  (options) => fifo("p", options),
  (options) => whiteout("w", options),
];
const member = fc
  .tuple(fc.constantFrom(...MAKE), records, fc.option(block, { nil: {} }))
  .map(([make, own, odd]) => make({ pax: own, block: odd }));
const extension = fc.oneof(
  records.map((all) => pax(all)),
  fc.tuple(fc.constantFrom("L", "K", "g", "x"), fc.string({ maxLength: 20 })).map(([type, body]) => other(type, body)),
);
const members = fc.array(fc.oneof({ weight: 4, arbitrary: member }, extension), { minLength: 1, maxLength: 3 });

const TYPES = { f: "file", d: "directory", l: "symlink", c: "char", b: "block", p: "fifo" } as const;

function scanned(tar: Uint8Array): unknown {
  return Array.from(planLayer(tar).entries, ({ path, type, size: bytes, major, minor, linkPath = "", meta }) => ({
    ...{ path, type, bytes, device: `${major}:${minor}`, target: linkPath, mode: meta.mode },
    ...{ owner: `${meta.uid}:${meta.gid}`, time: [meta.mtimeSeconds, meta.mtimeNanoseconds] },
    xattrs: Object.fromEntries(meta.xattrs.map(({ name, value }) => [name, value])),
  }));
}

function verified(tar: Uint8Array): unknown {
  return entriesOf(tar).map((entry) => {
    const { inode, kind, path } = entry;
    const { mode, uid, gid, seconds, nanoseconds, major, minor, xattrs } = inode;
    const type = kind === "inode" ? TYPES[inode.type] : kind === "link" ? "hardlink" : kind;
    const target = kind === "link" ? entry.target : inode.target;
    return {
      ...{ path, type, bytes: kind === "inode" ? inode.size : 0, device: `${major}:${minor}`, target, mode },
      ...{ owner: `${uid}:${gid}`, time: [seconds, nanoseconds], xattrs: Object.fromEntries(xattrs) },
    };
  });
}

test("the reader of the scan and that of verify read or refuse the same odd headers", () => {
  let read = 0;
  fc.assert(
    fc.property(members, fc.constantFrom("go" as const, "pax" as const), (all, dialect) => {
      const tar = layerWith({ dialect }, ...all).tar();
      const expected = attempt(() => scanned(tar));
      if (expected !== undefined) read += 1;
      expect(attempt(() => verified(tar))).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(300);
});

/** The result of a function; undefined if it throws. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
