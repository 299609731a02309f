import { describe, expect, test } from "vitest";
import { findings, hidden, member, refusal, view } from "../../support/plan-view.ts";
import { char, dir, file, layer, opaque, other, symlink, whiteout } from "../../support/tar-fixture.ts";

describe("a path twice in one layer (R2.6, R3.4)", () => {
  test.each([
    ["two files", layer(file("a", "1"), file("a", "2")), { a: "file 2" }],
    ["two spellings", layer(file("a", "1"), file("./a", "2")), { a: "file 2" }],
    ["a file over a directory", layer(dir("a"), file("a/x"), file("a", "2")), { a: "file 2" }],
    ["a directory over a file", layer(file("a", "1"), dir("a"), file("a/x")), { a: "dir", "a/x": "file" }],
    ["a symlink over a directory", layer(dir("a"), file("a/x"), symlink("a", "b")), { a: "symlink b" }],
  ])("counts as its last entry says: %s", (_, stacked, expected) => {
    expect(view([stacked])).toEqual(expected);
    expect(findings([stacked])).toEqual(["D8 0 a !"]);
  });

  test("gives a directory all metadata of the last entry and keeps its children", () => {
    const stacked = [
      layer(dir("d", { uid: 1, xattrs: { "user.a": "1" } }), file("d/x"), dir("d", { gid: 2, mode: 0o700 })),
    ];
    expect(view(stacked)).toEqual({ d: "dir", "d/x": "file" });
    expect(member(stacked, "d/")).toMatchObject({ uid: 0, gid: 2, mode: 0o700, xattrs: {} });
    expect(hidden(stacked)).toEqual(["0.0 duplicate by 0.2"]);
  });

  test("hides what was below a directory that became a file", () => {
    expect(hidden([layer(dir("d"), file("d/x"), file("d"))])).toEqual(["0.0 duplicate by 0.2", "0.1 replaced by 0.2"]);
    expect(hidden([layer(file("d/x"), file("d"))])).toEqual(["0.0 replaced by 0.1"]);
  });

  test("is not reported as double if one of the two leads through a link", () => {
    const stacked = [layer(dir("d"), symlink("l", "d"), file("d/x", "1"), file("l/x", "2"))];
    expect(view(stacked)).toEqual({ d: "dir", "d/x": "file 2", l: "symlink d" });
    expect(findings(stacked)).toEqual([]);
  });
});

describe("parents (R3.1)", () => {
  test("that no entry lists are directories 0755 0:0 with the time of the entry that caused them", () => {
    const stacked = [
      layer(file("n/m/f", "", { mtime: 77, mtimeNanoseconds: 5, uid: 9 }), file("n/m/g", "", { mtime: 99 })),
    ];
    expect(view(stacked)).toEqual({ n: "dir", "n/m": "dir", "n/m/f": "file", "n/m/g": "file" });
    expect(member(stacked, "n/m/")).toMatchObject({ mode: 0o755, uid: 0, gid: 0, mtime: "77.000000005", xattrs: {} });
    expect(findings(stacked)).toEqual([]);
  });

  test("are created for whiteouts and opaque whiteouts, too", () => {
    expect(view([layer(whiteout("no/such/q"), opaque("n/m"))])).toEqual({
      n: "dir",
      "n/m": "dir",
      no: "dir",
      "no/such": "dir",
    });
  });

  test.each([
    ["a relative link", "usr/lib", "lib/foo", "usr/lib/foo"],
    ["an absolute link", "/usr/lib", "lib/foo", "usr/lib/foo"],
    ["a link with ..", "./usr/../usr/lib", "lib/foo", "usr/lib/foo"],
    ["a link out of the root", "../../usr/lib", "lib/foo", "usr/lib/foo"],
  ])("are followed through %s of the same layer", (_, target, name, real) => {
    const stacked = [layer(dir("usr"), dir("usr/lib"), symlink("lib", target), file(name, "x"))];
    expect(view(stacked)).toMatchObject({ lib: `symlink ${target}`, [real]: "file x" });
  });

  test("are resolved from the root if a link on the way is absolute, otherwise from the link's directory", () => {
    const tree = [dir("d"), dir("d/t"), dir("t"), symlink("d/abs", "/t"), symlink("d/rel", "t")];
    const stacked = [layer(...tree, file("d/abs/x"), file("d/rel/y"))];
    expect(view(stacked)).toMatchObject({ "t/x": "file", "d/t/y": "file" });
  });

  test("are resolved again after an entry replaced something on the way to its own path", () => {
    const stacked = layer(dir("a"), symlink("a/up", ".."), file("a/up/a"), file("a/up/b"));
    expect(refusal([stacked])).toMatchObject({ code: "TAR_INVALID", rule: "R3.1", entry: "a/up/b" });
  });

  test("are followed for whiteouts, which then apply at the link's target", () => {
    const stacked = [layer(dir("d"), file("d/x")), layer(dir("d"), symlink("l", "d"), whiteout("l/x"))];
    expect(view(stacked)).toEqual({ d: "dir", l: "symlink d" });
  });

  test("are never followed in the last component", () => {
    const stacked = [layer(dir("d"), file("d/x"), symlink("l", "d"), file("l", "new"))];
    expect(view(stacked)).toEqual({ d: "dir", "d/x": "file", l: "file new" });
  });

  test("may lead through 255 links and no more", () => {
    const chain = (length: number) => [
      dir("d"),
      symlink("l0", "d"),
      ...Array.from({ length }, (_, at) => symlink(`l${at + 1}`, `l${at}`)),
      file(`l${length}/x`),
    ];
    expect(view([layer(...chain(254))])).toMatchObject({ "d/x": "file" });
    expect(refusal([layer(...chain(255))])).toMatchObject({ code: "TAR_INVALID", rule: "R3.1" });
  });

  test.each([
    ["a loop of links", layer(symlink("a", "b"), symlink("b", "a"), file("a/x"))],
    ["a file", layer(file("a"), file("a/x"))],
    ["a device", layer(char("a", 1, 3), file("a/x"))],
    ["a file, for a whiteout", layer(file("a"), whiteout("a/x"))],
  ])("cannot lead through %s", (_, stacked) => {
    const entry = expect.stringMatching(/^a\/x$/);
    expect(refusal([layer(), stacked])).toEqual({ code: "TAR_INVALID", rule: "R3.1", layer: 1, entry });
  });
});

describe("whiteouts (R3.2)", () => {
  const below = layer(dir("a"), file("a/x"), file("b"));

  test.each([
    ["an empty file", whiteout("a")],
    ["a file with content", file(".wh.a", "data")],
    ["a directory", dir(".wh.a")],
    ["a symlink", symlink(".wh.a", "b")],
  ])("apply whatever their type: %s", (_, marker) => {
    expect(view([below, layer(marker)])).toEqual({ b: "file" });
    expect(hidden([below, layer(marker)])).toEqual(["0.0 whiteout by 1.0", "0.1 whiteout by 1.0", "1.0 marker"]);
  });

  test("are ordinary names in the middle of a path", () => {
    expect(view([below, layer(file("c/.wh.a/x"))])).toMatchObject({ a: "dir", "a/x": "file", "c/.wh.a/x": "file" });
  });

  test("count once if they are repeated", () => {
    expect(view([below, layer(whiteout("a"), whiteout("a"))])).toEqual({ b: "file" });
    expect(findings([below, layer(whiteout("a"), whiteout("a"))])).toEqual(["D8 1 a !"]);
  });

  test.each([
    ["before", [opaque("a"), file("a/new")]],
    ["after", [file("a/new"), opaque("a")]],
  ])("that are opaque hide nothing of their own layer, whatever their position: %s", (_, members) => {
    const stacked = [below, layer(dir("a"), ...members)];
    expect(view(stacked)).toEqual({ a: "dir", "a/new": "file", b: "file" });
    expect(hidden(stacked)).toContainEqual(expect.stringMatching(/^0\.1 opaque by 1\.[12]$/));
  });

  test("do not matter for an entry that the same layer replaces", () => {
    expect(view([below, layer(whiteout("a"), file("a", "new"))])).toEqual({ a: "file new", b: "file" });
    expect(findings([below, layer(whiteout("a"), file("a", "new"))])).toEqual([]);
  });

  test("of AUFS's own get no nodes, and links to such files become files", () => {
    const stacked = [
      layer(
        other("5", ".wh..wh.plnk/"),
        file(".wh..wh.plnk/7.1", "kept", { uid: 5 }),
        file(".wh..wh.aufs"),
        other("1", "a", "", { block: { linkname: ".wh..wh.plnk/7.1" } }),
        other("1", "b", "", { block: { linkname: ".wh..wh.plnk/7.1" } }),
      ),
    ];
    expect(view(stacked)).toEqual({ a: "file kept", b: "file kept" });
    expect(member(stacked, "b")).toMatchObject({ uid: 5 });
    expect(hidden(stacked)).toEqual(["0.0 marker"]);
  });

  test("of AUFS's own that links need must not be missing", () => {
    const link = other("1", "a", "", { block: { linkname: ".wh..wh.plnk/7.1" } });
    expect(refusal([layer(link)])).toMatchObject({ code: "LINK_DANGLING", rule: "R3.5" });
  });
});

describe("character devices 0:0 (R3.3)", () => {
  test("remove their own name from the layers below", () => {
    const stacked = [layer(dir("a"), file("a/x"), file("b")), layer(char("a", 0, 0))];
    expect(view(stacked)).toEqual({ b: "file" });
    expect(hidden(stacked)).toContain("1.0 marker");
  });

  test("are only those with both numbers 0 (D9)", () => {
    expect(view([layer(char("a", 0, 5), char("b", 5, 0))])).toEqual({ a: "char 0:5", b: "char 5:0" });
  });

  test("replace what their own layer added before", () => {
    expect(view([layer(file("a"), char("a", 0, 0))])).toEqual({});
  });

  test("have no effect in the bottom layer, and an upper file may have the same name", () => {
    expect(view([layer(dir("d"), char("d/a", 0, 0))])).toEqual({ d: "dir" });
    expect(view([layer(char("a", 0, 0)), layer(file("a", "new"))])).toEqual({ a: "file new" });
  });
});

describe("a link of a lower layer that a name of the same layer replaces on the way (D4, as the specification has it)", () => {
  test("is followed for entries before that name, not for those after it", () => {
    const stacked = [layer(symlink("c", "..")), layer(symlink("c/c", "d"), file("c/a"))];
    expect(view(stacked, { profile: "spec" })).toEqual({ c: "symlink d", d: "dir", "d/a": "file" });
  });
});
