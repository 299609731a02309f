import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { collectGarbage } from "../../support/collect-garbage.ts";
import { entriesOf, mergedListing } from "../../support/merge-stack.ts";
import { dir, file, hardlink, layer, layerWith, other, pax, whiteout } from "../../support/tar-fixture.ts";
import { type Stretch, sparse } from "../../support/tar-sparse.ts";

const invalid = expect.objectContaining({ code: "TAR_INVALID" });
const SPARSE = [
  ["GNU.sparse.major", "0"],
  ["GNU.sparse.minor", "1"],
  ["GNU.sparse.size", "10"],
] as const;
const STRETCHES: readonly Stretch[] = [
  [3, "abc"],
  [512, "d".repeat(600)],
  [1990, "last"],
];

function holed(size: number, stretches: readonly Stretch[]): string {
  const content = Buffer.alloc(size);
  for (const [offset, bytes] of stretches) content.write(bytes, offset, "latin1");
  return createHash("sha256").update(content).digest("binary");
}

describe("the verifier's own reader of tars", () => {
  test("does not keep pax headers in memory with the extended attributes in them", () => {
    const members = Array.from({ length: 40 }, (_, at) => [
      pax([
        ["SCHILY.xattr.user.of-some-length", "a value of some length"],
        ["comment", "x".repeat(1_000_000)],
      ]),
      file(`${at}`),
    ]);
    const tar = layer(...members.flat()).tar();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const entries = entriesOf(tar);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
    expect(entries).toHaveLength(40);
  });

  test.each(["0.0", "0.1", "1.0", "old"] as const)(
    "counts the holes of a sparse file of form %s as zeros",
    (version) => {
      const many = Array.from({ length: 200 }, (_, at): Stretch => [at * 10, String(at).padStart(3, "0")]);
      const tar = layer(
        sparse("one", STRETCHES, { version, size: 700_000 }),
        sparse("many", many, { version, size: 2000 }),
        file("next", "n"),
      ).tar();
      for (const chunk of [1, 511, 100_000]) {
        const entries = entriesOf(tar, { lenientTar: version === "old", chunk });
        expect(entries.map(({ path, inode }) => [path, inode.size, inode.content])).toEqual([
          ["one", 700_000, holed(700_000, STRETCHES)],
          ["many", 2000, holed(2000, many)],
          ["next", 1, holed(1, [[0, "n"]])],
        ]);
      }
    },
  );

  test.each([
    [
      "regions out of order",
      [
        [500, 3],
        [3, 3],
      ],
    ],
    ["a region beyond the end", [[1998, 6]]],
    ["fewer bytes than are stored", [[3, 3]]],
  ] as const)("refuses a sparse map with %s", (_, map) => {
    for (const version of ["0.0", "0.1", "1.0"] as const) {
      const tar = layer(sparse("f", [[3, "abcdef"]], { version, size: 2000, map })).tar();
      expect(() => entriesOf(tar)).toThrow(invalid);
    }
  });

  test.each([1, 511, 100_000])("says at which byte of the tar a fault is, in chunks of %d bytes", (chunk) => {
    const odd = sparse("f", [[3, "abcdef"]], { version: "1.0", size: 2000, map: [[3, 3]] });
    const tar = layer(file("a", "x".repeat(1000)), file("b"), odd).tar();
    const at = 512 + 1024 + 512;
    // The sparse file's pax header stands before its own.
    expect(() => entriesOf(tar, { chunk })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ offset: at + 1024 }) }),
    );
  });

  test.each([
    ["of 1.5 bytes", ["GNU.sparse.size", "1.5"]],
    ["beyond all numbers", ["GNU.sparse.size", "1e999"]],
    ["in hex", ["GNU.sparse.size", "0x7d0"]],
    ["with a count in hex", ["GNU.sparse.numblocks", "0x1"]],
  ] as const)("refuses a sparse file %s", (_, record) => {
    const tar = layer(sparse("f", [[3, "abcdef"]], { version: "0.1", size: 2000, pax: [record] })).tar();
    expect(() => entriesOf(tar)).toThrow(invalid);
  });

  test("takes a sign before the numbers of a sparse map, as Go does", () => {
    const tar = layer(sparse("f", [[3, "abc"]], { version: "1.0", size: 2000, map: [["+3", "+3"]] })).tar();
    expect(entriesOf(tar).map(({ inode }) => inode.content)).toEqual([holed(2000, [[3, "abc"]])]);
  });

  test.each([
    ["an old sparse file, unless it is told to be lenient", sparse("f", STRETCHES, { version: "old", size: 2000 })],
    ["a member of a type that no engine unpacks", other("V", "volume")],
    ["an end inside a content", file("f", "abc", { size: 5000 })],
    ["a time that is none", file("f", "", { pax: [["mtime", "1.x"]] })],
    ["an owner beyond 32 bits", file("f", "", { pax: [["uid", "4294967296"]] })],
    ["a pax header of more than 1 MiB", pax([["comment", "x".repeat(2 ** 20)]])],
    ["a size that is none, also of what has none", dir("d", { pax: [["size", "1x"]] })],
    ["a sparse map of what has no content", dir("d", { pax: [...SPARSE, ["GNU.sparse.numblocks", "0"]] })],
  ])("refuses %s", (_, member) => {
    expect(() => entriesOf(layer(member).tar())).toThrow(invalid);
  });

  test("keeps names that leave the root inside it only when it is told to be lenient", () => {
    const tar = layer(file("../../x")).tar();
    expect(() => entriesOf(tar)).toThrow(expect.objectContaining({ code: "PATH_UNSAFE" }));
    expect(entriesOf(tar, { lenientTar: true }).map(({ path }) => path)).toEqual(["x"]);
  });

  test("reads an archive without an end marker, and ignores what follows one", () => {
    const two = [file("a"), file("b")];
    expect(entriesOf(layerWith({ zeroBlocks: 0 }, ...two).tar())).toHaveLength(2);
    expect(entriesOf(layerWith({ zeroBlocks: 1 }, ...two).tar())).toHaveLength(2);
    expect(entriesOf(layerWith({ after: "garbage" }, ...two).tar())).toHaveLength(2);
    expect(() => entriesOf(layerWith({ zeroBlocks: 1, after: "x".repeat(512) }, ...two).tar())).toThrow(invalid);
  });

  test("turns links to files that AUFS kept into files, and ignores those files otherwise", () => {
    const aufs = [file(".wh..wh.aufs"), dir(".wh..wh.plnk"), file(".wh..wh.plnk/7.1", "kept", { mode: 0o600 })];
    const files = mergedListing([layer(...aufs, hardlink("x", ".wh..wh.plnk/7.1", { mode: 0o777 }), whiteout("y"))]);
    expect(Object.keys(files)).toEqual(["x"]);
    expect(files.x).toMatchObject({ type: "0", mode: "600" });
  });
});
