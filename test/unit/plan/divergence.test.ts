import { describe, expect, test } from "vitest";
import type { Profile } from "../../../src/plan/merge-plan.ts";
import { mergedListing } from "../../support/merge-stack.ts";
import { planStack } from "../../support/plan-stack.ts";
import { findings, hidden, member, refusal, view } from "../../support/plan-view.ts";
import {
  char,
  dir,
  file,
  hardlink,
  type LayerFixture,
  layer,
  opaque,
  symlink,
  whiteout,
} from "../../support/tar-fixture.ts";

type View = Record<string, string>;

interface Row {
  readonly id: string;
  readonly construct: string;
  readonly stacked: readonly LayerFixture[];
  /** What the flat layer holds, by profile. */
  readonly holds: Readonly<Record<Profile, View>>;
  /** What the diagnostic says was done, if that depends on the profile. */
  readonly says?: Readonly<Record<Profile, string>>;
  readonly strict?: boolean;
}

const below = layer(dir("d", { mode: 0o700, xattrs: { "user.a": "1" } }), file("d/old"));
const same = <T>(outcome: T): Readonly<Record<Profile, T>> => ({
  containerd: outcome,
  overlay2: outcome,
  spec: outcome,
});

const ROWS: readonly Row[] = [
  {
    id: "D1",
    construct: "an opaque whiteout in the root",
    stacked: [below, layer(opaque(""), file("new"))],
    holds: { ...same({ d: "dir", "d/old": "file", new: "file" }), spec: { new: "file" } },
    says: { ...same("ignored"), spec: "everything lower is hidden" },
  },
  {
    id: "D2",
    construct: "a whiteout, then the directory itself",
    stacked: [below, layer(whiteout("d"), dir("d"), file("d/new"))],
    holds: { ...same({ d: "dir", "d/new": "file", "d/old": "file" }), spec: { d: "dir", "d/new": "file" } },
    says: { ...same("what it held below shows again"), spec: "what it held below stays hidden" },
  },
  {
    id: "D3",
    construct: "a child in a directory that is not listed",
    stacked: [below, layer(file("d/new"))],
    holds: same({ d: "dir", "d/new": "file", "d/old": "file" }),
    says: {
      ...same("the directory keeps its metadata"),
      overlay2: "the directory becomes 0755 0:0 without xattrs",
    },
  },
  {
    id: "D4",
    construct: "a path through a lower symlink",
    stacked: [layer(symlink("lib", "usr/lib"), dir("usr"), dir("usr/lib"), file("usr/lib/a")), layer(file("lib/foo"))],
    holds: {
      ...same({ lib: "dir", "lib/foo": "file", usr: "dir", "usr/lib": "dir", "usr/lib/a": "file" }),
      spec: { lib: "symlink usr/lib", usr: "dir", "usr/lib": "dir", "usr/lib/a": "file", "usr/lib/foo": "file" },
    },
    says: { ...same("a directory replaces the link"), spec: "the link is followed" },
  },
  {
    id: "D5",
    construct: "a hard link to a lower file",
    stacked: [layer(dir("d"), file("d/old", "x")), layer(hardlink("l", "d/old"))],
    holds: same({ d: "dir", "d/old": "file x", l: "link d/old" }),
    strict: true,
  },
  {
    id: "D6",
    construct: "an entry, then its whiteout",
    stacked: [below, layer(dir("d"), file("d/new"), whiteout("d"))],
    holds: same({ d: "dir", "d/new": "file" }),
    strict: true,
  },
  {
    id: "D7",
    construct: "a whiteout, then something below it",
    stacked: [below, layer(whiteout("d"), file("d/new"))],
    holds: same({ d: "dir", "d/new": "file" }),
    strict: true,
  },
  {
    id: "D8",
    construct: "a path twice",
    stacked: [below, layer(file("f", "1"), file("f", "2"))],
    holds: same({ d: "dir", "d/old": "file", f: "file 2" }),
    strict: true,
  },
  {
    id: "D9",
    construct: "a character device 0:0",
    stacked: [below, layer(char("d", 0, 0))],
    holds: { ...same({}), spec: { d: "char 0:0" } },
    says: { ...same("taken as a whiteout"), spec: "kept as a device" },
  },
  {
    id: "D10",
    construct: "trusted.overlay.opaque in the tar",
    stacked: [below, layer(dir("d", { xattrs: { "trusted.overlay.opaque": "y" } }), file("d/new"))],
    holds: { ...same({ d: "dir", "d/new": "file", "d/old": "file" }), overlay2: { d: "dir", "d/new": "file" } },
    says: {
      ...same("dropped without effect"),
      overlay2: "obeyed where it makes a directory opaque, dropped",
    },
  },
  {
    id: "D11",
    construct: "an entry for the root",
    stacked: [layer(dir("/", { mode: 0o711 })), layer(dir("./", { mode: 0o700 })), layer(file("f"))],
    holds: same({ "./": "dir", f: "file" }),
  },
  {
    id: "D12",
    construct: "a link with other metadata",
    stacked: [layer(file("a", "", { uid: 1 }), hardlink("b", "a", { uid: 2 }))],
    holds: same({ a: "file", b: "link a" }),
    says: { ...same("the link's metadata is used"), spec: "the target's metadata is used" },
  },
  {
    id: "D13",
    construct: "a whiteout in a directory that does not exist",
    stacked: [below, layer(whiteout("n/m/q"))],
    holds: { ...same({ d: "dir", "d/old": "file", n: "dir", "n/m": "dir" }), spec: { d: "dir", "d/old": "file" } },
    says: { ...same("the directory is created"), spec: "ignored" },
  },
  {
    id: "D14",
    construct: "two implied directories over a lower file",
    stacked: [layer(file("c")), layer(file("c/a/x"))],
    holds: same({ c: "dir", "c/a": "dir", "c/a/x": "file" }),
    strict: true,
  },
  {
    id: "D15",
    construct: "a path through a link that dangles",
    stacked: [below, layer(symlink("l", "no/where"), file("l/x"))],
    holds: same({
      d: "dir",
      "d/old": "file",
      l: "symlink no/where",
      no: "dir",
      "no/where": "dir",
      "no/where/x": "file",
    }),
    strict: true,
  },
];

const CASES = ROWS.flatMap((row) =>
  (["containerd", "overlay2", "spec"] as const).map((profile) => ({
    ...row,
    profile,
    expected: row.holds[profile],
    done: row.says?.[profile],
  })),
);

describe("the divergence table", () => {
  test.each(CASES)("$id for $profile: $construct", ({ stacked, profile, expected }) => {
    expect(view(stacked, { profile })).toEqual(expected);
  });

  test.each(CASES)("$id is reported for $profile", ({ id, stacked, profile, strict }) => {
    const said = findings(stacked, { profile });
    expect(said).toContainEqual(expect.stringMatching(new RegExp(`^${id} \\d [^!]*${strict ? " !" : ""}$`)));
  });

  test.each(CASES.filter(({ done }) => done !== undefined))(
    "$id for $profile, as it is said: $done",
    ({ id, stacked, profile, done }) => {
      const { diagnostics } = planStack(stacked, { profile }).plan;
      expect(diagnostics.find(({ rule }) => rule === id)?.message).toMatch(new RegExp(`: ${done}$`));
    },
  );

  test.each(CASES.filter(({ strict }) => strict))(
    "$id is an error for $profile when strict",
    ({ id, stacked, profile }) => {
      expect(refusal(stacked, { profile, strict: true })).toMatchObject({ rule: id });
    },
  );

  test.each(CASES.filter(({ strict }) => !strict))(
    "$id is no error for $profile when strict",
    ({ stacked, profile, expected }) => {
      expect(view(stacked, { profile, strict: true })).toEqual(expected);
    },
  );
});

describe("what the rows do to metadata", () => {
  const d3 = [below, layer(file("d/new", "", { mtime: 5 }))];

  test.each(["containerd", "spec"] as const)("D3 keeps it for %s", (profile) => {
    expect(member(d3, "d/", { profile })).toMatchObject({
      mode: 0o700,
      mtime: "1700000000",
      xattrs: { "user.a": "1" },
    });
  });

  test("D3 resets all but the time for overlay2", () => {
    expect(member(d3, "d/", { profile: "overlay2" })).toMatchObject({ mode: 0o755, mtime: "1700000000", xattrs: {} });
    const again = [...d3, layer(dir("d", { mode: 0o711 }))];
    expect(member(again, "d/", { profile: "overlay2" })).toMatchObject({ mode: 0o711 });
  });

  test("D11 gives the root the last entry", () => {
    const stacked = [layer(dir("/", { mode: 0o711 })), layer(dir("./", { mode: 0o700 })), layer(file("f"))];
    expect(member(stacked, "./")).toMatchObject({ mode: 0o700 });
  });

  test.each([
    ["containerd", 2, "7", "7"],
    ["overlay2", 2, "7", "1"],
    ["spec", 1, "1", "1"],
  ] as const)("D12 for %s", (profile, uid, time, symlinkTime) => {
    const of = { uid: 1, mtime: 1 };
    const to = { uid: 2, mtime: 7 };
    const stacked = [layer(file("a", "", of), hardlink("b", "a", to), symlink("s", "t", of), hardlink("s2", "s", to))];
    expect(member(stacked, "b", { profile })).toMatchObject({ uid, mtime: time });
    expect(member(stacked, "s2", { profile })).toMatchObject({ uid, mtime: symlinkTime });
  });

  test("D12 keeps a capability where the first header counts", () => {
    const xattrs = { "security.capability": "\x01" };
    const stacked = [layer(file("a", "", { xattrs }), hardlink("b", "a"))];
    expect(member(stacked, "a", { profile: "spec" }).xattrs).toEqual(xattrs);
    expect(member(stacked, "a", { profile: "overlay2" }).xattrs).toEqual({});
  });
});

describe("edge cases of the rows", () => {
  test("D4 follows links of lower layers for whiteouts too, and only for spec", () => {
    const stacked = [layer(symlink("lib", "/usr"), dir("usr"), file("usr/a")), layer(whiteout("lib/a"))];
    expect(view(stacked, { profile: "spec" })).toEqual({ lib: "symlink /usr", usr: "dir" });
    expect(view(stacked)).toEqual({ lib: "dir", usr: "dir", "usr/a": "file" });
  });

  test("D4 does not follow a lower link that the layer hides", () => {
    const stacked = [layer(dir("d"), symlink("d/l", "/t"), dir("t")), layer(dir("d"), opaque("d"), file("d/l/x"))];
    expect(view(stacked, { profile: "spec" })).toEqual({ d: "dir", "d/l": "dir", "d/l/x": "file", t: "dir" });
  });

  test.each([
    ["an opaque whiteout", opaque("d")],
    ["a whiteout", whiteout("d")],
  ])("D4 no longer follows a lower link that the layer has hidden by %s since the last entry", (_, marker) => {
    const lower = layer(dir("d"), symlink("d/l", "/t"), dir("t"));
    const stacked = [lower, layer(file("d/l/a"), marker, file("d/l/b"))];
    const found = { d: "dir", "d/l": "dir", "d/l/b": "file", t: "dir", "t/a": "file" };
    expect(view(stacked, { profile: "spec" })).toEqual(found);
    expect(Object.keys(mergedListing(stacked, "spec"))).toEqual(Object.keys(found));
  });

  test("D5 finds its target through links of lower layers, and joins its hard-link group", () => {
    const lower = layer(
      dir("usr"),
      file("usr/f", "x", { uid: 1 }),
      hardlink("usr/g", "usr/f", { uid: 1 }),
      symlink("s", "usr"),
    );
    const stacked = [lower, layer(hardlink("a", "s/g", { uid: 1 }))];
    expect(view(stacked)).toEqual({ a: "file x", s: "symlink usr", usr: "dir", "usr/f": "link a", "usr/g": "link a" });
  });

  test("D5 keeps a lower file that the link's own layer replaces afterwards", () => {
    const stacked = [layer(file("f", "old")), layer(hardlink("l", "f"), file("f", "new"))];
    expect(view(stacked)).toEqual({ f: "file new", l: "file old" });
  });

  test("D6 keeps a file as it is", () => {
    expect(view([below, layer(file("d"), whiteout("d"))])).toEqual({ d: "file" });
  });

  test("D8 covers two entries for the root", () => {
    const stacked = [layer(dir("./", { mode: 0o711 }), file("f"), dir("/", { mode: 0o700 }))];
    expect(findings(stacked)).toEqual(["D11 0 ", "D11 0 ", "D8 0  !"]);
    expect(hidden(stacked)).toEqual(["0.0 duplicate by 0.2"]);
  });

  test("D8 covers two opaque whiteouts of one directory, but not two different entries that hide the same", () => {
    expect(findings([below, layer(dir("d"), opaque("d"), opaque("d"))])).toEqual(["D8 1 d !"]);
    expect(findings([below, layer(dir("d"), whiteout("d"), opaque("d"))])).toEqual(["D6 1 d !"]);
  });

  test("D7 holds for whiteouts below a whiteout", () => {
    expect(view([below, layer(whiteout("d"), whiteout("d/old"))])).toEqual({ d: "dir" });
  });

  test.each(["trusted.overlay.redirect", "trusted.overlay.metacopy"])(
    "D10 refuses %s where overlayfs would act on it",
    (name) => {
      const stacked = [layer(file("f", "", { xattrs: { [name]: "/x" } }))];
      expect(refusal(stacked, { profile: "overlay2" })).toEqual({
        code: "TAR_INVALID",
        rule: "D10",
        layer: 0,
        entry: "f",
      });
      expect(member(stacked, "f").xattrs).toEqual({});
    },
  );

  test("D10 makes no root opaque, as D1 does not", () => {
    const stacked = [below, layer(dir("./", { xattrs: { "trusted.overlay.opaque": "y" } }))];
    expect(view(stacked, { profile: "overlay2" })).toEqual({ "./": "dir", d: "dir", "d/old": "file" });
  });

  test("D13 ignores whiteouts in missing directories for spec, but not in directories of lower layers", () => {
    const stacked = [below, layer(opaque("n"), whiteout("d/old"))];
    expect(view(stacked, { profile: "spec" })).toEqual({ d: "dir" });
  });

  test("D15 reports a link that leads out of the root", () => {
    const stacked = [layer(dir("d"), symlink("l", "../../d"), file("l/x"), file("l/y"))];
    expect(view(stacked)).toMatchObject({ "d/x": "file", "d/y": "file" });
    expect(findings(stacked)).toEqual(["D15 0 l/x !"]);
  });
});
