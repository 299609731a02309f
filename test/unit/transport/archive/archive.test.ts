import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { collect } from "../../../../src/bytes/collect.ts";
import { type Archive, openArchive } from "../../../../src/transport/archive/archive.ts";
import {
  dir,
  file,
  hardlink,
  layer,
  layerWith,
  type Member,
  other,
  pax,
  raw,
  symlink,
} from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

const folder = testFolder();

async function withArchive<T>(bytes: Uint8Array, use: (archive: Archive) => Promise<T>): Promise<T> {
  writeFileSync(folder.in("a.tar"), bytes);
  await using context = transportContext(folder.path);
  await using archive = await openArchive(folder.in("a.tar"), context);
  return await use(archive);
}

const text = (bytes: Uint8Array, path: string) =>
  withArchive(bytes, async (archive) => {
    const found = await archive.file(path);
    return found && Buffer.from(await collect(found.stream(), 1e6, "test")).toString();
  });
const read = (path: string, ...members: Member[]) => text(layer(...members).tar(), path);

describe("openArchive", () => {
  it("finds members by their cleaned names, in any spelling", async () => {
    const members = [dir("a"), file("./a/b", "one"), file("/c", "two"), file("d//e/../f", "three")];
    expect(await read("a/b", ...members)).toBe("one");
    expect(await read("./a//b", ...members)).toBe("one");
    expect(await read("c", ...members)).toBe("two");
    expect(await read("d/f", ...members)).toBe("three");
    expect(await read("none", ...members)).toBeUndefined();
    expect(await read("../c", ...members)).toBeUndefined();
  });

  it.each(["go", "gnu", "v7", "pax"] as const)("reads the %s dialect", async (dialect) => {
    const long = dialect === "v7" ? "short" : `${"long/".repeat(30)}name`;
    const tar = layerWith({ dialect }, file("x", "1".repeat(1000)), file(long, "found"), file("y", "2")).tar();
    expect(await text(tar, long)).toBe("found");
  });

  it("takes names and sizes from pax headers, and names in UTF-8", async () => {
    expect(await read("ü", pax([["path", Buffer.from("ü").toString("latin1")]]), file("u", "umlaut"))).toBe("umlaut");
  });

  it("reads compressed archives", async () => {
    const tar = layer(file("a", "plain"), file("b", "x".repeat(100_000))).tar();
    expect(await text(gzipSync(tar), "a")).toBe("plain");
    expect(await text(zstdCompressSync(tar), "a")).toBe("plain");
  });

  it("refuses unsupported compression, and damage", async () => {
    await expect(text(Buffer.from("BZh91AY&SY123456"), "a")).rejects.toMatchObject({ code: "IMAGE_UNSUPPORTED" });
    const zipped = gzipSync(layer(file("a", "x".repeat(1000))).tar());
    await expect(text(zipped.subarray(0, -6), "a")).rejects.toMatchObject({ code: "GZIP_INVALID" });
  });

  it("limits the size of a decompressed archive", async () => {
    writeFileSync(folder.in("bomb"), gzipSync(Buffer.alloc(1_000_000)));
    await using context = transportContext(folder.path, { limits: { totalBytes: 500_000 } });
    await expect(openArchive(folder.in("bomb"), context)).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { limit: "totalBytes" },
    });
  });

  it("limits the compression ratio of an archive", async () => {
    const nulls = zstdCompressSync(Buffer.alloc(130 * 1024 * 1024));
    writeFileSync(folder.in("bomb"), nulls);
    await using context = transportContext(folder.path, { limits: { compressionRatio: 1000 } });
    await expect(openArchive(folder.in("bomb"), context)).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { limit: "compressionRatio", allowed: 1000 },
    });
  });

  it("follows links one level, inside the archive only", async () => {
    const target = file("one/layer.tar", "layer");
    expect(await read("two/layer.tar", target, symlink("two/layer.tar", "../one/layer.tar"))).toBe("layer");
    expect(await read("two/layer.tar", target, symlink("two/layer.tar", "/one/layer.tar"))).toBe("layer");
    expect(await read("two/layer.tar", target, hardlink("two/layer.tar", "one/layer.tar"))).toBe("layer");
    expect(await read("two", symlink("two", "one/layer.tar"), target)).toBe("layer");
  });

  it.each([
    ["to nothing", [symlink("a", "missing")], "LINK_DANGLING"],
    ["out of the archive", [symlink("a", "../../etc/passwd")], "PATH_UNSAFE"],
    ["to another link", [symlink("a", "b"), symlink("b", "c"), file("c", "1")], "LINK_DANGLING"],
    ["to itself", [symlink("a", "a")], "LINK_DANGLING"],
    ["in a circle", [symlink("a", "b"), symlink("b", "a")], "LINK_DANGLING"],
    ["to a folder", [symlink("a", "d"), dir("d")], "TAR_INVALID"],
  ])("refuses a link %s", async (_, members, code) => {
    await expect(read("a", ...members)).rejects.toMatchObject({ code, details: { entry: "a" } });
  });

  it("accepts a member that occurs twice with equal contents, and refuses it with different ones", async () => {
    expect(await read("a", file("a", "same"), file("./a", "same"))).toBe("same");
    const differ = read("a", file("a", "same"), file("b", ""), file("a", "else"));
    await expect(differ).rejects.toMatchObject({ code: "TAR_INVALID", details: { entry: "a", rule: "R9.5" } });
    await expect(read("a", file("a", "x"), dir("a"))).rejects.toMatchObject({ code: "TAR_INVALID" });
  });

  it("does the same with a member that a link leads to", async () => {
    expect(await read("a", symlink("a", "b"), file("b", "same"), file("./b", "same"))).toBe("same");
    for (const link of [symlink("a", "b"), hardlink("a", "b")]) {
      await expect(read("a", file("b", "one"), link, file("b", "other"))).rejects.toMatchObject({
        code: "TAR_INVALID",
        details: { entry: "a", rule: "R9.5" },
      });
    }
  });

  it("compares a member once, however many links of one name lead to it", async () => {
    const content = "x".repeat(4_000_000);
    const links = Array.from({ length: 20_000 }, () => symlink("a", "b"));
    await withArchive(layer(file("b", content), ...links).tar(), async (archive) => {
      expect((await archive.file("a"))?.size).toBe(content.length);
    });
    const often = Array.from({ length: 20_000 }, () => file("b", "x"));
    const named = Array.from({ length: 2000 }, (_, at) => symlink(`${at}`, "b"));
    await withArchive(layer(...often, ...links, ...named).tar(), async (archive) => {
      for (const name of ["a", ...named.keys()]) expect((await archive.file(`${name}`))?.size).toBe(1);
    });
  });

  it.each(["../a", "a/../../b", "/.."])("refuses a member whose name %s leads out of the archive", async (name) => {
    await expect(read("x", file(name, "evil"))).rejects.toMatchObject({
      code: "PATH_UNSAFE",
      details: { entry: name },
    });
  });

  it("accepts the ends that a tar may have", async () => {
    expect(await text(layerWith({ zeroBlocks: 0 }, file("a", "1")).tar(), "a")).toBe("1");
    expect(await text(layerWith({ zeroBlocks: 1 }, file("a", "1")).tar(), "a")).toBe("1");
    expect(await text(layerWith({ after: "garbage" }, file("a", "1")).tar(), "a")).toBe("1");
    expect(await text(layerWith({ zeroBlocks: 0, unpaddedEnd: true }, file("a", "1")).tar(), "a")).toBe("1");
    expect(await text(new Uint8Array(), "a")).toBeUndefined();
  });

  it("refuses truncated and damaged tars, and files that are not tars", async () => {
    const tar = layer(file("a", "x".repeat(2000))).tar();
    await expect(text(tar.subarray(0, 1000), "a")).rejects.toMatchObject({
      code: "TAR_INVALID",
      details: { offset: 0 },
    });
    await expect(text(tar.subarray(0, 300), "a")).rejects.toMatchObject({ code: "TAR_INVALID" });
    await expect(text(Buffer.from("just some text ".repeat(100)), "a")).rejects.toMatchObject({ code: "TAR_INVALID" });
    const lone = layerWith({ zeroBlocks: 1 }, file("a", "1")).tar();
    await expect(text(Buffer.concat([lone, tar]), "a")).rejects.toMatchObject({
      code: "TAR_INVALID",
      details: { rule: "R1.10" },
    });
    await expect(read("a", file("a", "1", { size: 8 ** 11 - 1 }))).rejects.toMatchObject({ code: "TAR_INVALID" });
  });

  it("never returns the stored bytes of a sparse or unknown member", async () => {
    await expect(read("a", other("S", "a", "1"))).rejects.toMatchObject({ code: "TAR_INVALID" });
    const sparse = [
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
    ] as const;
    await expect(read("a", pax(sparse), file("a", "1\n"))).rejects.toMatchObject({ code: "TAR_INVALID" });
  });

  it("limits the number of members", async () => {
    writeFileSync(folder.in("many.tar"), layer(file("a"), file("b"), file("c")).tar());
    await using context = transportContext(folder.path, { limits: { entries: 2 } });
    await expect(openArchive(folder.in("many.tar"), context)).rejects.toMatchObject({ details: { limit: "entries" } });
  });

  it("reads a member that lies beyond 4 GiB without reading what is before it", async () => {
    const header = layerWith({ zeroBlocks: 0 }, file("big", "", { size: 5 * 1024 ** 3 })).tar();
    writeFileSync(folder.in("sparse.tar"), header);
    truncateSync(folder.in("sparse.tar"), 512 + 5 * 1024 ** 3);
    const handle = openSync(folder.in("sparse.tar"), "r+");
    writeSync(handle, layer(file("after", "found")).tar(), 0, null, 512 + 5 * 1024 ** 3);
    closeSync(handle);
    await using context = transportContext(folder.path);
    await using archive = await openArchive(folder.in("sparse.tar"), context);
    const found = await archive.file("after");
    expect(found && Buffer.from(await found.read({ start: 0, end: 5 })).toString()).toBe("found");
    expect((await archive.file("big"))?.size).toBe(5 * 1024 ** 3);
  });

  it("refuses raw bytes between members", async () => {
    await expect(read("a", raw(Buffer.alloc(512, 1)), file("a"))).rejects.toMatchObject({ code: "TAR_INVALID" });
  });
});
