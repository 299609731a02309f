import { describe, expect, it } from "vitest";
import { layerIndex } from "../support/layer-index.ts";
import { headerBlock } from "../support/tar-block.ts";
import { file, layer, pax, raw } from "../support/tar-fixture.ts";

const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });
const header = (fields: Partial<Parameters<typeof headerBlock>[0]>) =>
  raw(headerBlock({ name: "a", typeflag: "0", ...fields }));

describe("sizes without data", () => {
  it.each([
    ["8 EiB in base-256", header({ size: "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff" })],
    ["8 PiB in base-256", header({ size: "\x80\0\0\0\0\x1f\xff\xff\xff\xff\xff\xff" })],
    ["64 GiB in octal", header({ size: "777777777777" })],
    ["64 GiB in a pax record", pax([["size", "68719476736"]])],
    ["below zero", header({ size: "\xff".repeat(12) })],
    ["8 GiB of pax records", header({ typeflag: "x", size: 8 ** 11 - 1 })],
    ["8 GiB of a long name", header({ typeflag: "L", size: 8 ** 11 - 1 })],
    ["pax records below zero", header({ typeflag: "x", size: "\xff".repeat(12) })],
  ])("of %s are refused without allocating memory for them", async (_what, member) => {
    const before = process.memoryUsage().arrayBuffers;
    await expect(layerIndex(layer(member, file("b", "x")))).rejects.toThrow(failure("TAR_INVALID"));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });
});

describe("very large numbers", () => {
  it("of records in one header are read", async () => {
    const records = Array.from({ length: 30_000 }, (_, at): [string, string] => [`SCHILY.xattr.user.${at}`, ""]);
    const index = await layerIndex(layer(pax(records), file("a")));
    expect(index.entries.at(0).meta.xattrs).toHaveLength(30_000);
  });

  it("of extension headers before one member are read", async () => {
    const headers = Array.from({ length: 20_000 }, () => pax([["uid", "7"]]));
    expect((await layerIndex(layer(...headers, file("a")))).entries.at(0).meta.uid).toBe(7);
  });

  it("of empty regions in a sparse map are read", async () => {
    const count = 200_000;
    const map = "0,0,".repeat(count).slice(0, -1);
    const records: [string, string][] = [
      ["GNU.sparse.numblocks", String(count)],
      ["GNU.sparse.map", map],
    ];
    expect((await layerIndex(layer(pax(records), file("a")))).entries.at(0).sparse).toEqual([]);
  });

  it("of entries are limited, also of kinds that are left out", async () => {
    const roots = Array.from({ length: 30 }, () => file("."));
    await expect(layerIndex(layer(...roots), { limits: { entries: 20 } })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "entries" }),
    );
  });

  it("of components in a name are cleaned away", async () => {
    const name = `${"x/../".repeat(200_000)}a`;
    expect((await layerIndex(layer(pax([["path", name]]), file("a")))).entries.at(0).path).toBe("a");
  });

  it("of components in a path are refused", async () => {
    const name = "d/".repeat(2048);
    await expect(layerIndex(layer(pax([["path", `${name}a`]]), file("a")))).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "pathBytes", actual: 4097 }),
    );
  });
});
