import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/diagnostic.ts";
import { LayerEntries } from "../../../src/scan/layer-entries.ts";
import type { Entry } from "../../../src/tar/entry.ts";
import { TarReader } from "../../../src/tar/tar-reader.ts";
import { collectGarbage } from "../../support/collect-garbage.ts";
import { layerIndex, type ScanFixtureOptions } from "../../support/layer-index.ts";
import {
  block,
  char,
  dir,
  fifo,
  file,
  gnuLong,
  hardlink,
  layer,
  type Member,
  opaque,
  other,
  pax,
  symlink,
  whiteout,
} from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";

const scan = (members: readonly Member[], options: ScanFixtureOptions = {}) => layerIndex(layer(...members), options);
const entriesOf = async (...members: Member[]) => [...(await scan(members)).entries];
const pathsOf = async (...members: Member[]) =>
  (await entriesOf(...members)).map(({ type, path }) => `${type} ${path}`);
const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining({ layer: 0, ...details }) });

describe("names (§2)", () => {
  it("are cleaned, so that all spellings of a path are equal [R2.1]", async () => {
    expect(await pathsOf(file("./a"), file("/a"), file("q/../a"), dir("a//b/."))).toEqual([
      "file a",
      "file a",
      "file a",
      "directory a/b",
    ]);
  });

  it.each(["../b", "/../b", "a/../../b"])(
    "like %j, which lead out of the root, are refused [n_escape]",
    async (name) => {
      await expect(scan([file("x"), file(name)])).rejects.toThrow(failure("PATH_UNSAFE", { offset: 512, entry: name }));
      await expect(scan([hardlink("h", name)])).rejects.toThrow(failure("PATH_UNSAFE", { entry: "h" }));
    },
  );

  it("that lead out of the root are clamped with lenientTar, with a diagnostic", async () => {
    const index = await scan([file("a/../../b"), hardlink("h", "../b")], { lenientTar: true });
    expect([...index.entries].map(({ path, linkPath }) => [path, linkPath])).toEqual([
      ["b", undefined],
      ["h", "b"],
    ]);
    expect(index.diagnostics.map(({ rule, path }) => [rule, path])).toEqual([
      ["R2.2", "b"],
      ["R2.2", "h"],
    ]);
  });

  it.each(["", ".", "./", "/"])("like %j are the root for a directory [n_root]", async (name) => {
    expect(await pathsOf(other("5", name))).toEqual(["directory "]);
  });

  it("that are empty are left out for every other type, with a diagnostic [n_empty, b_dot_reg]", async () => {
    const index = await scan([file("."), symlink("/", "x"), hardlink("./", "x"), fifo("")]);
    expect(index.entries.length).toBe(0);
    expect(index.diagnostics.map(({ rule }) => rule)).toEqual(["R2.3", "R2.3", "R2.3", "R2.3"]);
  });

  it("in diagnostics do not keep pax headers in memory", async () => {
    const members = pax([
      ["path", "../a-name-of-some-length"],
      ["comment", "x".repeat(1_000_000)],
    ]);
    const tar = layer(members, fifo("p")).tar().subarray(0, -1024);
    const diagnostics: Diagnostic[] = [];
    const entries = new LayerEntries({
      layer: 0,
      lenientTar: true,
      pathBytes: 4096,
      notice: (it) => diagnostics.push(it),
    });
    const reader = new TarReader({ onMember: (member) => entries.add(member) });
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 40; at += 1) reader.push(tar);
    reader.end();
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
    expect(diagnostics).toHaveLength(40);
  });

  it("are noted as they are cleaned, since raw ones may be of any length", async () => {
    const long = "./".repeat(5000);
    const index = await scan(
      [file(long), file(`${long}.wh..wh.aufs`), file(`${long}../b`), hardlink("h", `${long}../b`)],
      {
        lenientTar: true,
      },
    );
    expect(index.diagnostics.map(({ rule, path }) => [rule, path])).toEqual([
      ["R2.3", ""],
      ["D16", ".wh..wh.aufs"],
      ["R2.2", "b"],
      ["R2.2", "h"],
    ]);
  });

  it("may hold any byte but NUL [n_newline, n_latin1, n_backslash_case]", async () => {
    expect(await pathsOf(file("a\nb"), file("\xff\xfe"), file("A\\b"), file("a\\b"), file(" "))).toEqual([
      "file a\nb",
      "file \xff\xfe",
      "file A\\b",
      "file a\\b",
      "file  ",
    ]);
  });

  it("have components of at most 255 bytes", async () => {
    const most = "x".repeat(255);
    expect(await pathsOf(file(`a/${most}/b`))).toEqual([`file a/${most}/b`]);
    await expect(scan([file(`a/${most}x/b`)])).rejects.toThrow(failure("TAR_INVALID", { rule: "R2.5" }));
    await expect(scan([hardlink("h", `${most}x`)])).rejects.toThrow(failure("TAR_INVALID", { rule: "R2.5" }));
  });

  it("of whiteouts may be longer, since only the removed name counts", async () => {
    const most = "x".repeat(255);
    expect(await pathsOf(whiteout(most))).toEqual([`whiteout ${most}`]);
  });

  it("have at most as many bytes as the limit allows", async () => {
    const name = `${"d/".repeat(20)}x`;
    await expect(scan([file(name)], { limits: { pathBytes: 40 } })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "pathBytes", allowed: 40, actual: 41, entry: name }),
    );
    expect((await scan([file(name)], { limits: { pathBytes: 41 } })).entries.length).toBe(1);
  });

  it("are in the list twice if they are in the layer twice [n_dup]", async () => {
    expect(await pathsOf(file("a"), file("./a"))).toEqual(["file a", "file a"]);
  });
});

describe("symlink targets (R2.4)", () => {
  it("are kept unchanged [sym_escape_only]", async () => {
    const targets = ["../../etc/passwd", "/", "a//b/./..", "\xff\n", "x".repeat(4095)];
    const entries = await entriesOf(...targets.map((target, at) => symlink(`l${at}`, target)));
    expect(entries.map(({ linkPath }) => linkPath)).toEqual(targets);
  });

  it("are refused when empty or longer than 4095 bytes [sym_empty, n_longlink_4095]", async () => {
    await expect(scan([symlink("l", "")])).rejects.toThrow(failure("TAR_INVALID", { rule: "R2.4" }));
    await expect(scan([symlink("l", "x".repeat(4096))])).rejects.toThrow(failure("TAR_INVALID", { rule: "R2.4" }));
  });
});

describe("hard-link targets", () => {
  it("are cleaned as names are", async () => {
    const [entry] = await entriesOf(hardlink("h", "/a/./b/../c"));
    expect(entry?.linkPath).toBe("a/c");
  });
});

describe("whiteouts (R3.2)", () => {
  it("are recognized by name only, whatever their type and content [wh_isdir_type, wh_has_data]", async () => {
    expect(
      await pathsOf(
        dir(".wh.a"),
        file("d/.wh.b", "data"),
        symlink(".wh.c", "x"),
        other("7", ".wh.d"),
        hardlink(".wh.e", "x"),
      ),
    ).toEqual(["whiteout a", "whiteout d/b", "whiteout c", "whiteout d", "whiteout e"]);
  });

  it("have the directory as their path if they are opaque", async () => {
    expect(await pathsOf(opaque("etc/x"), opaque(""))).toEqual(["opaque etc/x", "opaque "]);
  });

  it("with content have size 0, keep their time, and are not keepable", async () => {
    const [entry] = await entriesOf(file(".wh.a", "data", { mtime: 77 }));
    expect(entry).toMatchObject({ size: 0, keepable: false, meta: { mtimeSeconds: 77 } });
  });

  it.each([".wh.", "a/.wh..", "a/.wh..."])("named %j are refused [wh_exact]", async (name) => {
    await expect(scan([file(name)])).rejects.toThrow(failure("WHITEOUT_INVALID", { entry: name, offset: 0 }));
  });

  it("are ordinary names in the middle of a path [wh_middle]", async () => {
    expect(await pathsOf(file("a/.wh.b/c"))).toEqual(["file a/.wh.b/c"]);
  });
});

describe("internal files of AUFS (D16)", () => {
  it("are left out with a diagnostic, except files that hard links need", async () => {
    const index = await scan([
      dir(".wh..wh.plnk"),
      file(".wh..wh.plnk/12.34", "content"),
      fifo(".wh..wh.plnk/56.78"),
      file(".wh..wh.aufs"),
      hardlink("usr/bin/tool", ".wh..wh.plnk/12.34"),
    ]);
    expect([...index.entries].map(({ type, path, linkPath }) => [type, path, linkPath])).toEqual([
      ["aufs-file", "12.34", undefined],
      ["aufs-link", "usr/bin/tool", "12.34"],
    ]);
    expect(index.entries.at(0).size).toBe(7);
    expect(index.diagnostics.map(({ rule, path }) => [rule, path])).toEqual([
      ["D16", ".wh..wh.plnk"],
      ["D16", ".wh..wh.plnk/12.34"],
      ["D16", ".wh..wh.plnk/56.78"],
      ["D16", ".wh..wh.aufs"],
    ]);
  });
});

describe("types", () => {
  it.each(["7", "V", "M", "D", "s"])("that no engine unpacks, such as %j, are refused", async (typeflag) => {
    await expect(scan([other(typeflag, "x")])).rejects.toThrow(failure("TAR_INVALID", { rule: "R1.9", entry: "x" }));
  });

  it("of devices have numbers from 0 to 2,097,151 (R5.5)", async () => {
    const [entry] = await entriesOf(block("b", 2_097_151, 0));
    expect(entry).toMatchObject({ type: "block", major: 2_097_151, minor: 0 });
    const minor = "\x80\0\0\0\0\x20\0\0";
    await expect(scan([char("c", 1, 3, { block: { minor } })])).rejects.toThrow(
      failure("TAR_INVALID", { rule: "R5.5" }),
    );
  });

  it("other than devices have no device numbers", async () => {
    const [entry] = await entriesOf(file("f", "", { block: { major: 5, minor: 6 } }));
    expect(entry).toMatchObject({ major: 0, minor: 0, keepable: false });
  });
});

describe("an entry is keepable", () => {
  const keepable = async (...members: Member[]) => (await entriesOf(...members)).map((entry: Entry) => entry.keepable);

  it("if Go wrote it, with any owner names", async () => {
    const xattrs = { "user.a": "\0\xff" };
    expect(
      await keepable(
        dir("./"),
        dir("d", { uname: "root", gname: "root" }),
        file("d/f", "x", { xattrs, mtimeNanoseconds: 5 }),
        file(`${"long/".repeat(40)}x`),
        symlink("l", "//t"),
        hardlink("h", "d/f"),
        char("c", 1, 3),
        fifo("p"),
      ),
    ).toEqual(Array(8).fill(true));
  });

  it("if GNU tar wrote it in the GNU format without using its extensions", async () => {
    expect(await keepable(file("f", "x", { dialect: "gnu", uname: "me" }))).toEqual([true]);
  });

  it("if Docker 20.10 wrote its type into the mode", async () => {
    const members = [
      dir("d", { mode: 0o40755 }),
      file("f", "x", { mode: 0o104755 }),
      symlink("l", "f", { mode: 0o120777 }),
    ];
    expect(await keepable(...members)).toEqual([true, true, true]);
  });

  it.each([
    ["a name in another spelling", file("./a")],
    ["a name with a slash at its end that is no directory", file("a/")],
    ["a directory without a slash at its end", other("5", "d")],
    ["a link target in another spelling", hardlink("h", "./a")],
    ["type bits of another type in its mode", file("a", "", { mode: 0o40644 })],
    ["an owner below zero", file("a", "", { pax: [["uid", "-1"]] })],
    ["a group below zero", file("a", "", { pax: [["gid", "-1"]] })],
    ["an access time", file("a", "", { pax: [["atime", "1"]] })],
    ["a record that means nothing", file("a", "", { pax: [["LIBARCHIVE.xattr.user.a", "b"]] })],
    [
      "a record twice",
      file("a", "", {
        pax: [
          ["uid", "1"],
          ["uid", "1"],
        ],
      }),
    ],
    ["a record without a value", file("a", "", { pax: [["mtime", ""]] })],
    ["a number in base-256", file("a", "", { uid: 3_000_000, dialect: "gnu" })],
    ["GNU times", file("a", "", { dialect: "gnu", block: { patch: { 345: "14524770400\0" } } })],
    ["something behind its last field", file("a", "", { block: { patch: { 505: "x" } } })],
    ["no magic", file("a", "", { dialect: "v7" })],
    ["the type NUL", file("a", "", { typeflag: "\0" })],
    ["a size that means nothing", symlink("l", "t", { size: 5 })],
    ["a link target that means nothing", file("a", "", { block: { linkname: "x" } })],
    ["GNU's long name", file("x/".repeat(60), "", { dialect: "gnu" })],
    ["holes", sparse("s", [[5, "x"]], { version: "1.0", size: 10 })],
  ])("but not with %s", async (_what, member) => {
    expect(await keepable(member)).toEqual([false]);
  });

  it("but not with two pax headers, or padding other than NULs", async () => {
    expect(await keepable(pax([["uid", "1"]]), pax([["uid", "1"]]), file("a"))).toEqual([false]);
    expect(await keepable(gnuLong("L", "a"), pax([["uid", "1"]]), file("a"))).toEqual([false]);
    const tar = layer(file("a", "x")).tar();
    tar[600] = 1;
    expect((await layerIndex(tar)).entries.at(0).keepable).toBe(false);
    const extended = layer(file("a", "x", { uid: 3_000_000 })).tar();
    extended[1000] = 1;
    expect((await layerIndex(extended)).entries.at(0).keepable).toBe(false);
  });
});
