import { describe, expect, it } from "vitest";
import type { EntryPath, EntryType } from "../../../src/tar/entry.ts";
import { columnBuffers, EntryTableBuilder, entryList, type NewEntry } from "../../../src/tar/entry-table.ts";

const entry = (path: string, more: Partial<NewEntry> = {}): NewEntry => ({
  type: "file",
  path: path as EntryPath,
  size: 3,
  major: 0,
  minor: 0,
  meta: { mode: 0o644, uid: 0, gid: 0, mtimeSeconds: 1, mtimeNanoseconds: 0, xattrs: [] },
  span: { start: 0, end: 1024 },
  body: { start: 512, end: 515 },
  keepable: true,
  ...more,
});

function listOf(...entries: NewEntry[]) {
  const builder = new EntryTableBuilder();
  for (const one of entries) builder.add(one);
  return entryList(builder.finish());
}

describe("an entry table", () => {
  it("returns entries as they were added", () => {
    const odd = entry("a/\xff\n", {
      meta: {
        mode: 0o7777,
        uid: 4_294_967_295,
        gid: 4_294_967_295,
        mtimeSeconds: -62_135_596_801,
        mtimeNanoseconds: 999_999_999,
        xattrs: [{ name: "user.a", value: "\0\xff" }],
      },
      span: { start: 2 ** 45, end: 2 ** 45 + 1024 + 2 ** 40 },
      body: { start: 2 ** 45 + 1024, end: 2 ** 45 + 1024 + 2 ** 40 },
      size: 2 ** 40,
      keepable: false,
    });
    expect(listOf(entry("x"), odd).at(1)).toEqual({ ordinal: 1, linkPath: undefined, sparse: undefined, ...odd });
  });

  it("returns any number of xattrs, each time the same", () => {
    for (const count of [1, 50, 51, 1000]) {
      const xattrs = Array.from({ length: count }, (_, at) => ({
        name: `user.${at}\n`,
        value: "\xff\0".repeat(at % 3),
      }));
      const one = entry("x", { meta: { ...entry("x").meta, uid: 7, xattrs } });
      const [, found] = listOf(entry("a"), one, one);
      expect([found?.meta, found?.meta.xattrs, { ...found?.meta }]).toEqual([one.meta, xattrs, one.meta]);
    }
  });

  it("keeps link targets, which may be empty, apart from paths", () => {
    const none = { size: 0, body: { start: 512, end: 512 }, span: { start: 0, end: 512 } };
    const list = listOf(
      entry("l", { type: "symlink", linkPath: "../t", ...none }),
      entry("h", { type: "hardlink", linkPath: "", ...none }),
      entry("p", { type: "aufs-link", linkPath: "1.2", ...none }),
    );
    expect([...list].map(({ path, linkPath }) => [path, linkPath])).toEqual([
      ["l", "../t"],
      ["h", ""],
      ["p", "1.2"],
    ]);
  });

  it("keeps rare properties: device numbers, sparse maps and an end without padding", () => {
    const list = listOf(
      entry("dev", { type: "char", major: 2_097_151, minor: 5, size: 0 }),
      entry("sparse", { size: 9000, sparse: Float64Array.from([1, 3, 512]) }),
      entry("last", { span: { start: 0, end: 515 } }),
    );
    expect(list.at(0)).toMatchObject({ major: 2_097_151, minor: 5 });
    expect(list.at(1)).toMatchObject({ size: 9000, sparse: [{ offset: 1, length: 3, start: 512 }] });
    expect(list.at(2).span.end).toBe(515);
  });

  it("keeps the start of the content, however long the headers before it are", () => {
    const start = 2 ** 33;
    const body = { start: start + 2 ** 32 + 512, end: start + 2 ** 32 + 515 };
    const span = { start, end: start + 2 ** 32 + 1024 };
    expect(listOf(entry("long", { span, body })).at(0)).toMatchObject({ span, body });
  });

  it("knows every type", () => {
    const types: EntryType[] = [
      "file",
      "hardlink",
      "symlink",
      "char",
      "block",
      "directory",
      "fifo",
      "whiteout",
      "opaque",
    ];
    types.push("aufs-file", "aufs-link");
    const list = listOf(...types.map((type) => entry(type, { type })));
    expect([...list].map(({ type }) => type)).toEqual(types);
    expect([...list].filter(({ size }) => size > 0).map(({ type }) => type)).toEqual(["file", "aufs-file"]);
  });

  it("holds entries over many pages", () => {
    const paths = Array.from({ length: 10_000 }, (_, at) => `${"d/".repeat(at % 50)}${at}`);
    const list = listOf(...paths.map((path) => entry(path)));
    expect(list.length).toBe(10_000);
    expect([...list].map(({ path }) => path)).toEqual(paths);
    expect(list.at(9999).ordinal).toBe(9999);
  });

  it("holds paths of up to 65,535 bytes", () => {
    const path = "x".repeat(65_535);
    expect(listOf(entry(path)).at(0).path).toBe(path);
    expect(() => listOf(entry(`${path}x`))).toThrow(RangeError);
  });

  it("moves to another thread with few buffers, however many sparse files it has", () => {
    const builder = new EntryTableBuilder();
    for (let at = 0; at < 1000; at += 1) builder.add(entry(`${at}`, { sparse: Float64Array.from([at, 3, 512]) }));
    const columns = builder.finish();
    const buffers = columnBuffers(columns);
    expect(buffers).toHaveLength(3);
    const list = entryList(structuredClone(columns, { transfer: buffers }));
    expect(list.at(777).sparse).toEqual([{ offset: 777, length: 3, start: 512 }]);
  });

  it("has nothing beyond its length", () => {
    expect([...listOf()]).toEqual([]);
    expect(() => listOf(entry("a")).at(1)).toThrow(RangeError);
  });
});
