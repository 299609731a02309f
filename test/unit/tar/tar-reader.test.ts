import { describe, expect, it } from "vitest";
import { readMember, readMembers, readTar } from "../../support/read-members.ts";
import { BLOCK, GNU_MAGIC, headerBlock, join, NO_MAGIC } from "../../support/tar-block.ts";
import {
  char,
  dir,
  file,
  gnuLong,
  hardlink,
  latin1,
  layer,
  layerWith,
  MTIME,
  other,
  pax,
  paxBody,
  raw,
  symlink,
} from "../../support/tar-fixture.ts";

const LONG = "long/".repeat(30);
const invalid = expect.objectContaining({ code: "TAR_INVALID" });
const names = (tar: Parameters<typeof readTar>[0]) => readTar(tar).members.map(({ name }) => name);

describe("the dialects (R1.1)", () => {
  it("reads v7 headers, which have no prefix and no device numbers [v7]", () => {
    const block = { magic: NO_MAGIC, prefix: "not-a-prefix", major: 1, minor: 3 };
    expect(readMember(char("null", 1, 3, { block }))).toMatchObject({ name: "null", major: 0, minor: 0 });
  });

  it("joins prefix and name of ustar headers [ustar_prefix]", () => {
    expect(readMember(file(`${LONG}x`)).name).toBe(`${LONG}x`);
    expect(readMember(file("x", "", { block: { prefix: "a/b" } })).name).toBe("a/b/x");
  });

  it("ignores the version", () => {
    expect(readMember(file("x", "", { block: { prefix: "a", magic: "ustar\0  " } })).name).toBe("a/x");
  });

  it("reads times after the fields of a GNU header, not a prefix [b_gnu_atime_prefix]", () => {
    const patch = { 345: "14524770400\0", 357: "14524770400\0" };
    expect(readMember(file("x", "", { block: { magic: GNU_MAGIC, patch } })).name).toBe("x");
  });

  it("reads a prefix in a GNU header if these bytes are not times, as Go before 1.8 wrote it", () => {
    expect(readMember(file("x", "", { block: { magic: GNU_MAGIC, prefix: "old/go" } })).name).toBe("old/go/x");
    expect(readMember(file("x", "", { block: { magic: GNU_MAGIC, prefix: "old/g\xe9" } })).name).toBe("x");
  });

  it("reads star headers, whose prefix is shorter", () => {
    const prefix = "p".repeat(131);
    const times = { 476: "14524770400\0", 488: "14524770400\0" };
    const read = (trailer: string) =>
      readMember(file("x", "", { block: { prefix, patch: { ...times, 508: trailer } } })).name;
    expect(read("tar\0")).toBe(`${prefix}/x`);
    expect(read("tar ")).toBe(`${prefix}14524770400/x`);
  });

  it.each(["v7", "gnu", "pax", "go"] as const)("reads the same fields from %s", (dialect) => {
    const members = [
      dir("d", { mode: 0o1777, uid: 5, gid: 6 }),
      file("d/f", "content", { mode: 0o4755 }),
      symlink("s", "d/f"),
      hardlink("h", "d/f"),
    ];
    const read = readTar(layerWith({ dialect }, ...members)).members;
    expect(read.map(({ type, name, linkName, size }) => [type, name, linkName, size])).toEqual([
      ["directory", "d/", "", 0],
      ["file", "d/f", "", 7],
      ["symlink", "s", "d/f", 0],
      ["hardlink", "h", "d/f", 0],
    ]);
    expect(read[0]?.meta).toEqual({
      mode: 0o1777,
      uid: 5,
      gid: 6,
      mtimeSeconds: MTIME,
      mtimeNanoseconds: 0,
      xattrs: [],
    });
    expect(read[1]?.meta.mode).toBe(0o4755);
  });

  it.each(["gnu", "pax", "go"] as const)("reads fields that do not fit into a header from %s", (dialect) => {
    const options = { uid: 4_294_967_295, gid: 2_097_152, mtime: -86_401 };
    const member = readTar(layerWith({ dialect }, symlink(`${LONG}s`, `${LONG}t`, options))).members[0];
    expect(member).toMatchObject({ name: `${LONG}s`, linkName: `${LONG}t` });
    expect(member?.meta).toMatchObject({ uid: 4_294_967_295, gid: 2_097_152, mtimeSeconds: -86_401 });
  });
});

describe("checksums and numbers (R1.2)", () => {
  it("accepts a sum of signed bytes", () => {
    expect(readMember(file("caf\xe9", "", { dialect: "gnu", block: { checksum: "signed" } })).name).toBe("caf\xe9");
  });

  it.each(["000001\0 ", "xxxxxx\0 ", "\0\0\0\0\0\0\0\0"])("refuses the checksum %j [e_badsum]", (text) => {
    expect(() => readMember(file("a", "", { block: { checksum: { text } } }))).toThrow(invalid);
  });

  it.each(["mode", "uid", "gid", "mtime", "size", "major", "minor"] as const)("refuses a malformed %s", (field) => {
    expect(() => readMember(file("a", "", { block: { [field]: "12x4567" } }))).toThrow(invalid);
  });

  const below = { size: "\xff".repeat(12) };

  it.each([
    ["its header", [file("a", "", { block: below })]],
    ["a pax record", [file("a", "", { pax: [["size", "-1"]] })]],
    ["an extension header", [pax([], below), file("a")]],
  ] as const)("refuses a negative size in %s", (_where, members) => {
    expect(() => readMember(...members)).toThrow(invalid);
  });

  it("ignores type bits in the mode and negative owners [m_typebits, b_neg_uid_pax]", () => {
    const member = readMember(
      file("a", "", { mode: 0o100644, pax: [["uid", "-1"]], gid: 3, block: { gid: "\xff".repeat(8) } }),
    );
    expect(member.meta).toMatchObject({ mode: 0o644, uid: 0, gid: 0 });
  });

  it("refuses an owner that no system has", () => {
    expect(() => readMember(file("a", "", { pax: [["gid", "4294967296"]] }))).toThrow(invalid);
  });
});

describe("extension headers (R1.3 to R1.6)", () => {
  it("prefers GNU's L and K to pax records, and these to the header [gnu_and_pax]", () => {
    const records = [
      ["path", "pax"],
      ["linkpath", "pax-link"],
    ] as const;
    expect(readMember(pax(records), symlink("raw", "raw-link"))).toMatchObject({ name: "pax", linkName: "pax-link" });
    const long = [gnuLong("L", "gnu"), gnuLong("K", "gnu-link")];
    const expected = { name: "gnu", linkName: "gnu-link" };
    expect(readMember(...long, pax(records), symlink("raw", "raw-link"))).toMatchObject(expected);
    expect(readMember(pax(records), ...long, symlink("raw", "raw-link"))).toMatchObject(expected);
  });

  it("reads L and K up to a NUL, which may be missing", () => {
    expect(readMember(gnuLong("L", "name", "\0junk"), file("x")).name).toBe("name");
    expect(readMember(gnuLong("L", "name", "\0junk\0"), file("x")).name).toBe("name");
    expect(readMember(gnuLong("L", "name", ""), file("x")).name).toBe("name");
  });

  it("lets the second of two pax headers replace the first completely [pax_twice]", () => {
    const member = readMember(
      pax([
        ["path", "one"],
        ["uid", "7"],
      ]),
      pax([["gid", "8"]]),
      file("raw"),
    );
    expect(member).toMatchObject({ name: "raw", meta: { uid: 0, gid: 8 } });
  });

  it("keeps the header's field if a record is empty [pax_empty_path]", () => {
    const records = [
      ["path", ""],
      ["size", ""],
      ["mtime", ""],
      ["uid", ""],
    ] as const;
    expect(readMember(pax(records), file("raw", "abc", { uid: 9 }))).toMatchObject({
      name: "raw",
      size: 3,
      meta: { uid: 9 },
    });
  });

  it("uses the size of the record [pax_size]", () => {
    const members = readMembers(pax([["size", "600"]]), file("a", "x".repeat(600), { size: 1 }), file("b"));
    expect(members.map(({ name, size }) => [name, size])).toEqual([
      ["a", 600],
      ["b", 0],
    ]);
  });

  it("reads times before 1970 with their fraction", () => {
    expect(readMember(pax([["mtime", "-86400.5"]]), file("a")).meta).toMatchObject({
      mtimeSeconds: -86_401,
      mtimeNanoseconds: 500_000_000,
    });
  });

  it.each([
    ["uid", "x"],
    ["size", "1.5"],
    ["mtime", "."],
    ["atime", "x"],
    ["ctime", "-"],
    ["size", "-1"],
  ] as const)("refuses the record %s=%s", (key, value) => {
    expect(() => readMember(pax([[key, value]]), file("a"))).toThrow(invalid);
  });

  it("refuses malformed records [b_pax_bad_rec]", () => {
    expect(() => readMember(paxBody("9 path=x\ny"), file("a"))).toThrow(invalid);
  });

  it("refuses a NUL in a name of a pax header [n_nul_pax]", () => {
    expect(() => readMember(pax([["path", "a\0b"]]), file("a"))).toThrow(invalid);
  });

  it("refuses an extension header of more than 1 MiB, whether or not its body is there [b_pax_1mib]", () => {
    const header = headerBlock({ name: "x", typeflag: "x", size: 1024 * 1024 + 1 });
    expect(() => readTar(header)).toThrow(invalid);
    const most = pax([["comment", "x".repeat(1024 * 1024 - 17)]]);
    expect(most.encode("go")).toHaveLength(512 + 1024 * 1024);
    expect(readMember(most, file("a")).name).toBe("a");
  });

  it("ignores a global header and drops the extension headers before it [ty_g]", () => {
    const global = pax(
      [
        ["uid", "7"],
        ["path", "global"],
      ],
      { typeflag: "g" },
    );
    expect(readMember(global, file("a"))).toMatchObject({ name: "a", meta: { uid: 0 } });
    expect(readMember(pax([["path", "dropped"]]), gnuLong("L", "dropped"), global, file("a")).name).toBe("a");
    expect(() => readMember(paxBody("9 path=x\ny", { typeflag: "g" }), file("a"))).toThrow(invalid);
  });

  it("includes the extension headers in the span of their member", () => {
    const [first, second] = readMembers(file("a"), pax([["uid", "7"]]), file("b", "x"));
    expect(first?.span).toEqual({ start: 0, end: 512 });
    expect(second).toMatchObject({ span: { start: 512, end: 512 + 4 * 512 }, body: { start: 2048, end: 2049 } });
  });
});

describe("types (R1.7, R1.8)", () => {
  it.each([
    ["a hard link", hardlink("h", "t", { size: 600 })],
    ["a symlink", symlink("s", "t", { size: 600 })],
    ["a device", char("c", 1, 3, { size: 600 })],
    ["a directory", dir("d", { size: 600 })],
  ])("knows no content of %s, whatever its size says", (_what, member) => {
    expect(readMembers(member, file("next")).map(({ size }) => size)).toEqual([0, 0]);
  });

  it("reads typeflag NUL as a directory if the name ends with a slash, else as a file [n_reg_slash_nul]", () => {
    expect(readMember(file("a/", "", { typeflag: "\0" })).type).toBe("directory");
    expect(readMember(file("a", "x", { typeflag: "\0" }))).toMatchObject({ type: "file", size: 1 });
    expect(readMember(pax([["path", "p/"]]), file("a", "", { typeflag: "\0" })).type).toBe("directory");
  });

  it("reads typeflag 0 as a file even if the name ends with a slash", () => {
    expect(readMember(file("a/", "x")).type).toBe("file");
  });

  it.each(["7", "V", "M", "D", "s", "Z"])("reads typeflag %j as other and skips its content", (typeflag) => {
    expect(readMembers(other(typeflag, "o", "content"), file("next")).map(({ type }) => type)).toEqual([
      "other",
      "file",
    ]);
  });
});

describe("the end of a tar (R1.10)", () => {
  it.each([
    [2, { end: 512, trailerExact: true }],
    [1, { end: 512, trailerExact: false }],
    [0, { end: 512, trailerExact: false }],
    [3, { end: 512, trailerExact: false }],
  ])("may be marked by %d zero blocks [e_notrailer, e_onezero]", (zeroBlocks, expected) => {
    const { members, end } = readTar(layerWith({ zeroBlocks }, file("a")));
    expect(members).toHaveLength(1);
    expect(end).toEqual({ size: 512 * (1 + zeroBlocks), ...expected });
  });

  it("may be followed by garbage and a second tar, which are ignored [e_garbage, e_concat]", () => {
    expect(names(layerWith({ after: "garbage" }, file("a")))).toEqual(["a"]);
    const concatenated = layerWith({ after: layer(file("b")).tar() }, file("a"));
    expect(names(concatenated)).toEqual(["a"]);
    expect(readTar(concatenated).end.trailerExact).toBe(false);
  });

  it("may be all there is in a tar [e_empty_0, e_only_512]", () => {
    expect(readTar(new Uint8Array()).end).toEqual({ size: 0, end: 0, trailerExact: false });
    expect(readTar(new Uint8Array(512)).end).toEqual({ size: 512, end: 0, trailerExact: false });
    expect(readTar(new Uint8Array(1024)).end).toEqual({ size: 1024, end: 0, trailerExact: true });
  });

  it("may lack the padding of the last content [e_partial_pad]", () => {
    const { members } = readTar(layerWith({ zeroBlocks: 0, unpaddedEnd: true }, file("a", "abc")));
    expect(members[0]).toMatchObject({ size: 3, span: { start: 0, end: 515 }, plain: false });
    const lastByte = layerWith({ zeroBlocks: 0, unpaddedEnd: true }, file("a", "x".repeat(511)));
    expect(readTar(lastByte).members[0]).toMatchObject({ span: { start: 0, end: 1023 }, plain: false });
  });

  it("may follow an extension header without a member", () => {
    expect(names(layer(file("a"), pax([["path", "b"]])))).toEqual(["a"]);
  });

  it.each([
    ["inside a header", 512 + 100],
    ["inside a content", 512 + 512 + 300],
    ["one byte before the end of a content", 512 + 512 + 599],
  ])("is refused %s", (_where, length) => {
    const tar = layer(file("a"), file("b", "x".repeat(600))).tar();
    expect(() => readTar(tar.subarray(0, length))).toThrow(invalid);
  });

  it("is refused inside an extension header", () => {
    for (const extension of [pax([["path", "b"]]), gnuLong("L", "name")]) {
      const tar = layer(extension, file("b")).tar();
      expect(() => readTar(tar.subarray(0, 515))).toThrow(invalid);
    }
  });

  it("is refused if a single zero block is followed by something else", () => {
    expect(() => readTar(layerWith({ zeroBlocks: 1, after: layer(file("b")).tar() }, file("a")))).toThrow(invalid);
    expect(() => readTar(layerWith({ zeroBlocks: 1, after: "x" }, file("a")))).toThrow(invalid);
  });

  it("is the offset in the error", () => {
    const tar = join([layer(file("a", "abc")).tar().subarray(0, 1024), latin1("x".repeat(BLOCK))]);
    expect(() => readTar(tar)).toThrow(expect.objectContaining({ details: { offset: 1024, rule: "R1.2" } }));
  });
});

describe("raw bytes", () => {
  it("keeps names that are not UTF-8, in any kind of header [n_latin1]", () => {
    expect(readMember(raw(headerBlock({ name: "n\xff\xfe", typeflag: "0" }))).name).toBe("n\xff\xfe");
    expect(readMember(pax([["path", "p\xe9"]]), file("x")).name).toBe("p\xe9");
    expect(readMember(gnuLong("L", "l\xe9"), file("x")).name).toBe("l\xe9");
  });
});
