import { describe, expect, test } from "vitest";
import { findings, hidden, member, view } from "../../support/plan-view.ts";
import { dir, file, layer, opaque, symlink, whiteout } from "../../support/tar-fixture.ts";

describe("a type that changes between layers (R4.1)", () => {
  const tree = layer(dir("a"), file("a/x"));

  test.each([
    [
      "a symlink by a directory",
      [layer(dir("t"), file("t/x"), symlink("a", "t")), layer(dir("a"))],
      { a: "dir", t: "dir", "t/x": "file" },
    ],
    ["a directory by a symlink", [tree, layer(symlink("a", "t"))], { a: "symlink t" }],
    ["a directory by a file, and that by a directory", [tree, layer(file("a")), layer(dir("a"))], { a: "dir" }],
    ["a file by a directory", [layer(file("a")), layer(dir("a"), file("a/y"))], { a: "dir", "a/y": "file" }],
    ["a file by a file", [layer(file("a", "1")), layer(file("a", "2"))], { a: "file 2" }],
  ])("replaces everything: %s", (_, stacked, expected) => {
    expect(view(stacked)).toEqual(expected);
  });

  test("hides all that was there, by the entry that replaced it", () => {
    expect(hidden([tree, layer(file("a"))])).toEqual(["0.0 replaced by 1.0", "0.1 replaced by 1.0"]);
  });

  test("names the first entry in the new directory as what hides it, if no entry lists that directory", () => {
    expect(hidden([layer(file("a")), layer(file("a/x"), file("a/y"))])).toEqual(["0.0 replaced by 1.0"]);
  });
});

describe("a directory that is listed again (R4.2)", () => {
  test("takes all metadata of the upper entry, loses the other xattrs, and keeps its children", () => {
    const stacked = [
      layer(dir("d", { uid: 1, xattrs: { "user.a": "1", "user.b": "1" } }), file("d/x")),
      layer(dir("d", { mode: 0o700, mtime: 9, xattrs: { "user.b": "2" } }), file("d/y")),
    ];
    expect(view(stacked)).toEqual({ d: "dir", "d/x": "file", "d/y": "file" });
    expect(member(stacked, "d/")).toMatchObject({ uid: 0, mode: 0o700, mtime: "9", xattrs: { "user.b": "2" } });
    expect(hidden(stacked)).toEqual(["0.0 relisted by 1.0"]);
  });

  test("has the metadata and time of the entry if it was implied before (R5.6)", () => {
    const stacked = [layer(file("d/x", "", { mtime: 1 })), layer(dir("d", { mode: 0o711, mtime: 2 }))];
    expect(member(stacked, "d/")).toMatchObject({ mode: 0o711, mtime: "2" });
  });
});

describe("whiteouts", () => {
  test("of nothing have no effect (R4.3)", () => {
    expect(view([layer(file("a")), layer(whiteout("b"))])).toEqual({ a: "file" });
  });

  test("remove a symlink and not what it points to", () => {
    const stacked = [layer(dir("d"), file("d/x"), symlink("l", "d")), layer(whiteout("l"))];
    expect(view(stacked)).toEqual({ d: "dir", "d/x": "file" });
  });

  test("and a new directory one layer later do not bring the old children back (R4.5)", () => {
    const stacked = [layer(dir("d"), file("d/x")), layer(whiteout("d")), layer(dir("d"), file("d/y"))];
    expect(view(stacked)).toEqual({ d: "dir", "d/y": "file" });
  });

  test("in a directory that is opaque or new leave no trace (R4.7)", () => {
    const stacked = [
      layer(dir("d"), file("d/x")),
      layer(dir("d"), opaque("d"), whiteout("d/x"), dir("n"), whiteout("n/y")),
    ];
    expect(view(stacked)).toEqual({ d: "dir", n: "dir" });
  });

  test("of deep trees hide every entry of them", () => {
    const stacked = [layer(dir("a"), dir("a/b"), dir("a/b/c"), file("a/b/c/x")), layer(whiteout("a/b"))];
    expect(view(stacked)).toEqual({ a: "dir" });
    expect(hidden(stacked)).toEqual([
      "0.1 whiteout by 1.0",
      "0.2 whiteout by 1.0",
      "0.3 whiteout by 1.0",
      "1.0 marker",
    ]);
  });
});

describe("an opaque directory", () => {
  test("hides the content of all lower layers, and lets upper layers add to it", () => {
    const stacked = [
      layer(dir("d"), file("d/x"), dir("d/s"), file("d/s/y")),
      layer(dir("d"), file("d/z")),
      layer(dir("d"), opaque("d"), dir("d/s"), file("d/s/new")),
      layer(file("d/s/top")),
    ];
    expect(view(stacked)).toEqual({ d: "dir", "d/s": "dir", "d/s/new": "file", "d/s/top": "file" });
    expect(hidden(stacked)).toContain("0.3 opaque by 2.1");
  });

  test("over a lower file is just a directory", () => {
    expect(view([layer(file("d")), layer(dir("d"), opaque("d"), file("d/x"))])).toEqual({ d: "dir", "d/x": "file" });
  });

  test("keeps the metadata from below if its layer does not list it", () => {
    const stacked = [layer(dir("d", { mode: 0o700 }), file("d/x")), layer(opaque("d"))];
    expect(view(stacked)).toEqual({ d: "dir" });
    expect(member(stacked, "d/").mode).toBe(0o700);
    expect(findings(stacked)).toEqual(["D3 1 d"]);
  });
});
