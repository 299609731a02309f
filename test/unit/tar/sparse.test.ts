import { describe, expect, it } from "vitest";
import { regionsOf } from "../../../src/tar/sparse.ts";
import { readMember, readTar } from "../../support/read-members.ts";
import { file, layer, pax } from "../../support/tar-fixture.ts";
import { type SparseOptions, type Stretch, sparse } from "../../support/tar-sparse.ts";

const invalid = expect.objectContaining({ code: "TAR_INVALID" });
const STRETCHES: readonly Stretch[] = [
  [3, "abc"],
  [512, "d".repeat(600)],
  [1200, "e"],
  [1300, "f"],
  [1400, "g"],
  [1990, "last"],
];

/** The content of the file, assembled from the regions that the tar reader found. */
function expand(tar: Uint8Array, lenientTar = false): string {
  const [member] = readTar(tar, { lenientTar }).members;
  if (member?.sparse === undefined) throw new Error("not sparse");
  const content = Buffer.alloc(member.size);
  for (const { offset, length, start } of regionsOf(member.sparse))
    content.set(tar.subarray(start, start + length), offset);
  return content.toString("latin1");
}

function holed(size: number, stretches: readonly Stretch[]): string {
  const content = Buffer.alloc(size);
  for (const [offset, bytes] of stretches) content.write(bytes, offset, "latin1");
  return content.toString("latin1");
}

describe.each(["0.0", "0.1", "1.0", "old"] as const)("a sparse file of form %s", (version) => {
  const lenientTar = version === "old";
  const read = (stretches: readonly Stretch[], options: Omit<SparseOptions, "version">) =>
    expand(layer(sparse("f", stretches, { version, ...options }), file("next")).tar(), lenientTar);

  it("is expanded to its content [ty_sparse01, ty_sparse10]", () => {
    expect(read(STRETCHES, { size: 2000 })).toBe(holed(2000, STRETCHES));
  });

  it("may be a single hole, with its end as the only region", () => {
    expect(read([], { size: 700, map: [[700, 0]] })).toBe(holed(700, []));
  });

  it("may have more regions than a block holds", () => {
    const many = Array.from({ length: 200 }, (_, at): Stretch => [at * 10, String(at).padStart(3, "0")]);
    expect(read(many, { size: 2000 })).toBe(holed(2000, many));
  });

  it("ends where its stored bytes end, followed by the next member", () => {
    const { members } = readTar(layer(sparse("f", STRETCHES, { version, size: 2000 }), file("next")).tar(), {
      lenientTar,
    });
    expect(members.map(({ name, type }) => [name, type])).toEqual([
      ["f", "file"],
      ["next", "file"],
    ]);
    expect(members[0]?.body.end).toBe((members[0]?.body.start ?? 0) + 610);
    expect(members[0]?.plain).toBe(false);
  });

  it("needs no space for its holes", () => {
    const [member] = readTar(layer(sparse("f", [[8 * 2 ** 30, "x"]], { version, size: 9 * 2 ** 30 })).tar(), {
      lenientTar,
    }).members;
    expect(member?.size).toBe(9 * 2 ** 30);
    expect(member?.sparse).toHaveLength(3);
  });

  it.each([
    [
      "overlap",
      [
        [0, 3],
        [2, 3],
      ],
    ],
    [
      "are out of order",
      [
        [9, 3],
        [2, 3],
      ],
    ],
    ["lie beyond the file", [[1999, 6]]],
    [
      "have a negative length",
      [
        [6, -6],
        [0, 6],
      ],
    ],
    ["need more bytes than are stored", [[0, 7]]],
    ["leave stored bytes over", [[0, 5]]],
  ] as const)("is refused when its regions %s", (_what, map) => {
    expect(() => read([[0, "abcdef"]], { size: 2000, map })).toThrow(invalid);
  });
});

describe("sparse files", () => {
  it("of the old format are refused, since no engine unpacks them", () => {
    expect(() => readMember(sparse("f", STRETCHES, { version: "old", size: 2000 }))).toThrow(invalid);
  });

  it.each(["x", "1e3", "", " 1"])("are refused when a number of their map is %j", (number) => {
    for (const version of ["0.0", "0.1", "1.0"] as const) {
      expect(() => readMember(sparse("f", [[0, "a"]], { version, size: 9, map: [[number, 1]] }))).toThrow(invalid);
    }
  });

  it("are refused when their size is negative, even if nothing is stored", () => {
    expect(() => readMember(sparse("f", [], { version: "1.0", size: -1 }))).toThrow(invalid);
  });

  it("take their size from either record, and their name from GNU.sparse.name", () => {
    const records = [
      ["GNU.sparse.major", "0"],
      ["GNU.sparse.minor", "1"],
      ["GNU.sparse.numblocks", "0"],
    ] as const;
    const member = readMember(
      pax([...records, ["GNU.sparse.realsize", "99"], ["GNU.sparse.name", "real"]]),
      file("raw"),
    );
    expect(member).toMatchObject({ name: "real", size: 99 });
  });

  it("are refused without the right count of regions", () => {
    const version = [
      ["GNU.sparse.major", "0"],
      ["GNU.sparse.minor", "1"],
    ] as const;
    for (const count of [[], [["GNU.sparse.numblocks", "2"]], [["GNU.sparse.numblocks", "-1"]]] as const) {
      expect(() => readMember(pax([...version, ["GNU.sparse.map", "0,1"], ...count]), file("a", "x"))).toThrow(invalid);
    }
  });

  it("of a version that Go does not know are ordinary files", () => {
    const member = readMember(
      pax([
        ["GNU.sparse.major", "2"],
        ["GNU.sparse.name", "other"],
      ]),
      file("raw", "abc"),
    );
    expect(member).toMatchObject({ name: "raw", size: 3, sparse: undefined });
  });

  it.each([
    ["the content", { "GNU.sparse.major": "1", "GNU.sparse.minor": "0" }],
    ["a record", { "GNU.sparse.map": "0,0", "GNU.sparse.numblocks": "1" }],
  ])("are refused if their type has no content, and their map is in %s", (_where, records) => {
    expect(() => readMember(pax(Object.entries(records)), file("d", "", { typeflag: "5" }))).toThrow(invalid);
  });

  it("are refused if their name has a NUL", () => {
    const records = [
      ["GNU.sparse.name", "a\0b"],
      ["GNU.sparse.numblocks", "1"],
      ["GNU.sparse.map", "0,1"],
    ] as const;
    expect(() => readMember(pax(records), file("a", "x"))).toThrow(invalid);
  });

  it("are refused if a map in the content exceeds the content or 1 MiB", () => {
    const records = [
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
      ["GNU.sparse.realsize", "9"],
    ] as const;
    expect(() => readMember(pax(records), file("a", "5\n0\n1\n"))).toThrow(invalid);
    expect(() => readMember(pax(records), file("a", "9".repeat(600)))).toThrow(invalid);
    expect(() => readMember(pax(records), file("a", `999999999\n${"0\n".repeat(600_000)}`))).toThrow(invalid);
  });
});
