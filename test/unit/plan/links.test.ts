import { describe, expect, test } from "vitest";
import { findings, hidden, member, refusal, view } from "../../support/plan-view.ts";
import { char, dir, fifo, file, hardlink, layer, opaque, symlink, whiteout } from "../../support/tar-fixture.ts";

describe("hard links in one layer (R3.5)", () => {
  test("are further names of a file, whichever name comes first", () => {
    expect(view([layer(file("b", "x"), hardlink("a", "b"), hardlink("c", "a"))])).toEqual({
      a: "file x",
      b: "link a",
      c: "link a",
    });
  });

  test("may name a symlink itself, a fifo or a device", () => {
    const stacked = [
      layer(
        symlink("s", "nowhere"),
        hardlink("s2", "s", { mode: 0o777 }),
        fifo("p"),
        hardlink("p2", "p"),
        char("n", 1, 3),
        hardlink("n2", "n", { mode: 0o666 }),
      ),
    ];
    expect(view(stacked)).toEqual({
      n: "char 1:3",
      n2: "link n",
      p: "fifo",
      p2: "link p",
      s: "symlink nowhere",
      s2: "link s",
    });
  });

  test("find their target through symbolic links of their layer, from the root", () => {
    const stacked = [layer(dir("d"), file("d/x", "1"), symlink("l", "/d"), hardlink("y", "/l/x"))];
    expect(view(stacked)).toMatchObject({ "d/x": "file 1", y: "link d/x" });
  });

  test("replace an earlier entry at their own path before the target is looked up", () => {
    expect(view([layer(file("a", "1"), file("b", "2"), hardlink("b", "a"))])).toEqual({ a: "file 1", b: "link a" });
  });

  test("keep the old file when its first name is replaced in the same layer (R3.7)", () => {
    const stacked = [layer(file("a", "1"), hardlink("b", "a"), file("a", "2"))];
    expect(view(stacked)).toEqual({ a: "file 2", b: "file 1" });
    expect(hidden(stacked)).toEqual(["0.0 duplicate by 0.2"]);
  });

  test.each([
    ["a directory", layer(dir("d"), hardlink("l", "d")), "TAR_INVALID"],
    ["itself", layer(file("l"), hardlink("l", "l")), "LINK_DANGLING"],
    ["what comes later", layer(hardlink("l", "f"), file("f")), "LINK_DANGLING"],
    ["nothing", layer(hardlink("l", "no/such")), "LINK_DANGLING"],
    ["something below a file", layer(file("f"), hardlink("l", "f/x")), "LINK_DANGLING"],
  ])("cannot name %s", (_, stacked, code) => {
    expect(refusal([stacked])).toEqual({ code, rule: "R3.5", layer: 0, entry: "l" });
  });

  test("cannot name what their own layer removed, in profiles where a whiteout is not a device", () => {
    const stacked = [layer(file("f")), layer(whiteout("f"), hardlink("l", "f"))];
    expect(refusal(stacked, { profile: "spec" })).toMatchObject({ code: "LINK_DANGLING", rule: "R3.5" });
  });

  test("cannot name what a lower layer only removed", () => {
    const stacked = [layer(dir("n"), whiteout("n/y")), layer(hardlink("l", "n/y"))];
    expect(refusal(stacked)).toMatchObject({ code: "LINK_DANGLING", rule: "R3.5" });
  });

  test("are links to themselves if they name their own path, even if a lower layer has it", () => {
    expect(refusal([layer(file("l")), layer(hardlink("l", "l"))])).toMatchObject({ code: "LINK_DANGLING" });
  });

  test("that dangle are reported with their target", () => {
    expect(() => view([layer(hardlink("l", "no/such"))])).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ entry: "l", target: "no/such" }) }),
    );
  });

  test("to a whiteout are whiteouts for overlayfs, where both are the same device", () => {
    const stacked = [layer(file("a"), file("b")), layer(whiteout("a"), hardlink("b", "a"))];
    expect(view(stacked)).toEqual({});
    expect(findings(stacked)).toEqual(["R3.5 1 b"]);
    expect(hidden(stacked)).toEqual(["0.0 whiteout by 1.0", "0.1 whiteout by 1.1", "1.0 marker", "1.1 marker"]);
  });
});

describe("the header of a hard link (R3.6)", () => {
  test("overwrites owner, mode and time of all names, and adds its xattrs", () => {
    const stacked = [
      layer(
        file("a", "1", { uid: 1, mode: 0o600, xattrs: { "user.a": "a", "user.z": "z" } }),
        hardlink("b", "a", { uid: 2, gid: 3, mode: 0o4755, mtime: 5, mtimeNanoseconds: 6, xattrs: { "user.m": "m" } }),
      ),
    ];
    const said = { uid: 2, gid: 3, mode: 0o4755, mtime: "5.000000006" };
    for (const name of ["a", "b"]) {
      expect(member(stacked, name)).toMatchObject({ ...said, xattrs: { "user.a": "a", "user.m": "m", "user.z": "z" } });
    }
  });

  test.each([
    ["owner", { uid: 2 }, { uid: 2 }],
    ["group", { gid: 2 }, { gid: 2 }],
    ["mode", { mode: 0o600 }, { mode: 0o600 }],
    ["second", { mtime: 7 }, { mtime: "7" }],
    ["nanosecond", { mtimeNanoseconds: 1 }, { mtime: "1700000000.000000001" }],
    ["xattr more", { xattrs: { "user.a": "" } }, { xattrs: { "user.a": "" } }],
  ])("makes the first name's header fresh even if it changes only the %s", (_, meta, said) => {
    expect(member([layer(file("a", "1"), hardlink("b", "a", meta))], "a")).toMatchObject(said);
  });

  test("removes the capability of the file unless it repeats it", () => {
    const capable = file("a", "1", { mode: 0o644, xattrs: { "security.capability": "\x01\0\0", "user.a": "" } });
    const stacked = [layer(capable, hardlink("b", "a"))];
    expect(member(stacked, "a").xattrs).toEqual({ "user.a": "" });
    expect(findings(stacked)).toEqual(["R3.6 0 b"]);
  });

  test("keeps the capability if it repeats it, and the flat layer repeats it on every name", () => {
    const xattrs = { "security.capability": "\x01\0\0\x02\0\xff" };
    const stacked = [layer(file("a", "1", { xattrs }), hardlink("b", "a", { xattrs }))];
    expect(member(stacked, "a").xattrs).toEqual(xattrs);
    expect(member(stacked, "b")).toMatchObject({ typeflag: "1", xattrs });
    expect(findings(stacked)).toEqual([]);
  });

  test("leaves the mode of a symlink alone", () => {
    const stacked = [layer(symlink("s", "t"), hardlink("s2", "s", { mode: 0o600, uid: 4 }))];
    expect(member(stacked, "s")).toMatchObject({ mode: 0o777, uid: 4 });
    expect(member(stacked, "s2")).toMatchObject({ mode: 0o777, uid: 4 });
    expect(findings([layer(symlink("s", "t"), hardlink("s2", "s", { mode: 0o600 }))])).toEqual([]);
  });

  test("adds an xattr of another name, even if the file has one with the same value", () => {
    const stacked = [
      layer(file("a", "", { xattrs: { "user.a": "1" } }), hardlink("b", "a", { xattrs: { "user.b": "1" } })),
    ];
    expect(member(stacked, "a").xattrs).toEqual({ "user.a": "1", "user.b": "1" });
    expect(findings(stacked)).toEqual(["D12 0 b"]);
  });
});

describe("hard links across layers (R4.4)", () => {
  const below = layer(
    dir("d"),
    file("d/a", "old", { uid: 1 }),
    hardlink("d/b", "d/a", { uid: 1 }),
    hardlink("z", "d/a", { uid: 1 }),
  );

  test.each([
    [
      "replaced",
      layer(dir("d"), file("d/a", "new")),
      { d: "dir", "d/a": "file new", "d/b": "file old", z: "link d/b" },
    ],
    ["whited out", layer(dir("d"), whiteout("d/a")), { d: "dir", "d/b": "file old", z: "link d/b" }],
    ["hidden by an opaque directory", layer(dir("d"), opaque("d")), { d: "dir", z: "file old" }],
    ["gone with its directory", layer(whiteout("d")), { z: "file old" }],
  ])("are promoted when their leader is %s", (_, upper, expected) => {
    expect(view([below, upper])).toEqual(expected);
    expect(member([below, upper], "z")).toMatchObject({ uid: 1, mode: 0o644 });
  });

  test("lose a name whose mode an upper layer changes", () => {
    const stacked = [below, layer(dir("d"), file("d/b", "old", { uid: 1, mode: 0o600 }))];
    expect(view(stacked)).toEqual({ d: "dir", "d/a": "file old", "d/b": "file old", z: "link d/a" });
    expect(member(stacked, "d/a").mode).toBe(0o644);
  });

  test("keep the capability of a binary with two names", () => {
    const xattrs = { "security.capability": "\x01\0\0\x02" };
    const bin = layer(dir("bin"), file("bin/ping", "elf", { xattrs }), hardlink("bin/ping6", "bin/ping", { xattrs }));
    const stacked = [bin, layer(dir("bin"), whiteout("bin/ping"))];
    expect(member(stacked, "bin/ping6")).toMatchObject({ typeflag: "0", content: "elf", xattrs });
  });
});
