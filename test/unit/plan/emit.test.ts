import { describe, expect, test } from "vitest";
import { findings, member, paths, view } from "../../support/plan-view.ts";
import { char, dir, fifo, file, hardlink, layer, symlink, utf8, whiteout } from "../../support/tar-fixture.ts";

describe("the order of output (R5.2)", () => {
  test("is depth-first, siblings of all types sorted by bytes", () => {
    const names = [
      dir("a"),
      file("a/z"),
      file("a-"),
      file("a.b"),
      dir("a/b"),
      file("a/b/c"),
      file("\xff"),
      file("B"),
      file("a/b-"),
    ];
    expect(paths([layer(...names)])).toEqual(["B", "a/", "a/b/", "a/b/c", "a/b-", "a/z", "a-", "a.b", "\xff"]);
  });

  test("has every directory before its children, implied ones too", () => {
    expect(paths([layer(file("a/b/c"), dir("a/b"))])).toEqual(["a/", "a/b/", "a/b/c"]);
  });

  test("writes names clean, however they were spelled", () => {
    expect(paths([layer(dir("./a//"), file("/a/x"), file("q/../b"))])).toEqual(["a/", "a/x", "b"]);
  });
});

describe("hard links in the output (R5.3)", () => {
  test("repeat the metadata of their leader, which is the first name in order", () => {
    const meta = { uid: 3, gid: 4, mode: 0o4711, mtime: 5, mtimeNanoseconds: 1, xattrs: { "user.a": "\xff" } };
    const stacked = [layer(file("b", "x", meta), hardlink("a", "b", meta))];
    expect(view(stacked)).toEqual({ a: "file x", b: "link a" });
    const said = { uid: 3, gid: 4, mode: 0o4711, mtime: "5.000000001", xattrs: { "user.a": "\xff" } };
    expect(member(stacked, "a")).toMatchObject(said);
    expect(member(stacked, "b")).toMatchObject(said);
  });

  test("are plain files when one name is left", () => {
    const stacked = [layer(file("a", "x"), hardlink("b", "a")), layer(whiteout("a"))];
    expect(view(stacked)).toEqual({ b: "file x" });
  });

  test("may have symlinks, fifos and devices as leaders", () => {
    const stacked = [
      layer(symlink("y", "t"), hardlink("a", "y"), fifo("z"), hardlink("b", "z"), char("x", 7, 8), hardlink("c", "x")),
    ];
    expect(view(stacked)).toEqual({ a: "symlink t", b: "fifo", c: "char 7:8", x: "link c", y: "link a", z: "link b" });
  });
});

describe("metadata in the output (R5.5, R5.6)", () => {
  test("has mode 0777 on symlinks", () => {
    expect(member([layer(symlink("s", "t", { mode: 0o755 }))], "s").mode).toBe(0o777);
  });

  test.each([
    ["a nanosecond", { mtime: 1_700_000_000, mtimeNanoseconds: 1 }, "1700000000.000000001"],
    ["before 1970", { mtime: -86_401, mtimeNanoseconds: 500_000_000 }, "-86400.5"],
    ["the far future", { mtime: 20_000_000_000 }, "20000000000"],
  ])("keeps times as they are, on files, directories and symlinks: %s", (_, time, said) => {
    const stacked = [layer(dir("d", time), file("f", "", time), symlink("s", "t", time))];
    for (const name of ["d/", "f", "s"]) {
      expect(member(stacked, name).mtime).toBe(said);
      expect(member(stacked, name, { canonical: true }).mtime).toBe(said);
    }
  });

  test("keeps names that are not UTF-8, of any length", () => {
    const long = `d/\xff\xfe${"n".repeat(150)}`;
    const stacked = [
      layer(dir("d"), file("d/\xff"), file(long), file(utf8("d/é")), symlink("d/s", `\xff${"t".repeat(150)}`)),
    ];
    for (const canonical of [false, true]) {
      expect(paths(stacked, { canonical })).toEqual(["d/", "d/s", "d/\xc3\xa9", "d/\xff", long]);
      expect(member(stacked, "d/s", { canonical }).linkname).toBe(`\xff${"t".repeat(150)}`);
    }
  });

  test("keeps owners that are too large for octal fields", () => {
    expect(member([layer(file("f", "", { uid: 4_294_967_295, gid: 2_097_152 }))], "f")).toMatchObject({
      uid: 4_294_967_295,
      gid: 2_097_152,
    });
  });
});

describe("xattrs in the output (§7)", () => {
  const kept = {
    "security.capability": "\x01\0\0\x02",
    "security.ima": "i",
    "security.selinux": "u:r:t\0",
    "system.posix_acl_access": "\x02\0\0\0",
    "trusted.x": "t",
    "user.empty": "",
    "user.x": "a=b\n\0\xff",
  };

  test("are kept with every byte", () => {
    for (const canonical of [false, true]) {
      expect(member([layer(file("f", "", { xattrs: kept }))], "f", { canonical }).xattrs).toEqual(kept);
    }
    expect(findings([layer(file("f", "", { xattrs: kept }))])).toEqual([]);
  });

  test("of overlayfs are never written", () => {
    const xattrs = { "trusted.overlay.opaque": "y", "user.overlay.opaque": "y", "user.x": "1" };
    const stacked = [layer(dir("d", { xattrs }), file("d/f", "", { xattrs }))];
    expect(member(stacked, "d/").xattrs).toEqual({ "user.x": "1" });
    expect(member(stacked, "d/f").xattrs).toEqual({ "user.x": "1" });
    expect(findings(stacked)).toEqual(["D10 0 d", "D10 0 d/f", "xattr-reserved 0 d", "xattr-reserved 0 d/f"]);
  });

  test.each([
    ["a symlink", symlink("n", "t", { xattrs: { "user.x": "1", "trusted.x": "2" } })],
    ["a device", char("n", 1, 3, { xattrs: { "user.x": "1", "trusted.x": "2" } })],
    ["a fifo", fifo("n", { xattrs: { "user.x": "1", "trusted.x": "2" } })],
  ])("user.* are dropped from %s", (_, special) => {
    expect(member([layer(special)], "n").xattrs).toEqual({ "trusted.x": "2" });
    expect(findings([layer(special)])).toEqual(["xattr-unsupported 0 n"]);
  });

  test("user.* are dropped also from further names of a symlink, and reported once", () => {
    const xattrs = { "user.x": "1" };
    const stacked = [layer(symlink("s", "t", { xattrs }), hardlink("s2", "s", { mode: 0o777, xattrs }))];
    expect(member(stacked, "s2").xattrs).toEqual({});
    expect(findings(stacked)).toEqual(["xattr-unsupported 0 s"]);
  });
});

describe("the root (R5.8)", () => {
  test("is written as ./ if some layer lists it, under any spelling, and otherwise not at all", () => {
    expect(paths([layer(dir("/"), file("a"))])).toEqual(["./", "a"]);
    expect(paths([layer(dir("./")), layer(file("a"))])).toEqual(["./", "a"]);
    expect(paths([layer(file("a"))])).toEqual(["a"]);
  });
});

describe("a directory whose name begins with .wh. (R5.9)", () => {
  test("has no entry of its own", () => {
    const stacked = [layer(file("d/.wh.x/f"))];
    expect(paths(stacked)).toEqual(["d/", "d/.wh.x/f"]);
    expect(findings(stacked)).toEqual(["R5.9 0 d/.wh.x"]);
  });
});

describe("default ACLs (R5.11)", () => {
  const acl = { xattrs: { "system.posix_acl_default": "some" } };
  const access = { "system.posix_acl_access": "\x02\0\0\0" };
  const shield = { ...access, "system.posix_acl_default": "\x02\0\0\0" };
  const xattrs = (stacked: Parameters<typeof member>[0], name: string) => member(stacked, name).xattrs;

  test("are not inherited by a child whose own layer did not list the directory with one before it", () => {
    const stacked = [layer(dir("d", acl), file("d/a")), layer(file("d/b"), dir("d/c"), symlink("d/s", "t"))];
    expect(findings(stacked)).toEqual(["D3 1 d"]);
    expect(xattrs(stacked, "d/a")).toEqual({});
    expect(xattrs(stacked, "d/b")).toEqual(access);
    expect(xattrs(stacked, "d/c/")).toEqual(shield);
    expect(xattrs(stacked, "d/s")).toEqual({});
    const listedLate = layer(dir("c"), file("d/early"), dir("d", acl), file("d/late"));
    expect(xattrs([listedLate], "d/early")).toEqual(access);
    expect(xattrs([listedLate], "d/late")).toEqual({});
  });

  test("are not inherited in a directory that gets one from an upper layer", () => {
    const stacked = [layer(dir("d"), file("d/a"), file("d/b/c")), layer(dir("d", acl))];
    expect(xattrs(stacked, "d/a")).toEqual(access);
    expect(xattrs(stacked, "d/b/")).toEqual(shield);
    expect(xattrs(stacked, "d/b/c")).toEqual({});
  });

  test("are inherited as before if the directory is listed again with the same one", () => {
    const stacked = [layer(dir("d", acl), file("d/a")), layer(dir("d", acl))];
    expect(findings(stacked)).toEqual([]);
    expect(xattrs(stacked, "d/a")).toEqual({});
  });

  test("are inherited by directories that no entry lists, and passed on to what is in them", () => {
    const stacked = [layer(dir("d", acl), file("d/a/b/c")), layer(file("d/a/b/late"))];
    for (const name of ["d/a/", "d/a/b/", "d/a/b/c"]) expect(xattrs(stacked, name)).toEqual({});
    expect(xattrs(stacked, "d/a/b/late")).toEqual(access);
  });

  test("are inherited through symbolic links of the same layer", () => {
    const stacked = [layer(dir("d", acl), symlink("l", "d"), file("l/a"), file("l/b/c"))];
    for (const name of ["d/a", "d/b/", "d/b/c"]) expect(xattrs(stacked, name)).toEqual({});
  });

  test("are not inherited by the leader of a hard link whose content comes from another directory", () => {
    const stacked = [layer(dir("x"), file("x/content"), dir("d", acl), hardlink("d/link", "x/content"))];
    expect(xattrs(stacked, "d/link")).toEqual(access);
  });

  test("are reported if the directory now has another one", () => {
    const other = { xattrs: { "system.posix_acl_default": "other" } };
    expect(findings([layer(dir("d", acl), file("d/a")), layer(dir("d", other))])).toEqual(["R5.11 0 d/a"]);
  });

  test("do not affect a child that has its own", () => {
    const own = { xattrs: { "system.posix_acl_access": "\x02\0\0\0", "system.posix_acl_default": "\x02\0\0\0" } };
    expect(findings([layer(dir("d", acl)), layer(file("d/b", "", own), dir("d/c", own))])).toEqual(["D3 1 d"]);
  });

  test("are reported for what inherited them in a directory that has none any more", () => {
    expect(findings([layer(dir("d", acl), file("d/a")), layer(dir("d"))])).toEqual(["R5.11 0 d/a"]);
    const reset = { profile: "overlay2" } as const;
    expect(findings([layer(dir("d", acl), file("d/a")), layer(file("d/b"))], reset)).toEqual(["D3 1 d", "R5.11 0 d/a"]);
    const linked = layer(dir("d", acl), file("d/a"), hardlink("b", "d/a"));
    expect(findings([linked])).toEqual(["R5.11 0 b"]);
  });
});
