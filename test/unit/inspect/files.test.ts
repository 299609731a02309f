import { describe, expect, test } from "vitest";
import { type FileNode, fileTree, type LookOptions, listFiles, readFile } from "../../../src/index.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import {
  char,
  dir,
  file,
  hardlink,
  type LayerFixture,
  layer,
  opaque,
  symlink,
  whiteout,
} from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const LAYERS = [
  layer(
    dir("etc"),
    file("etc/passwd", "root", { mode: 0o644, mtimeNanoseconds: 5 }),
    file("etc/gone", "gone"),
    dir("usr/bin"),
    file("usr/bin/sh", "#!", { mode: 0o4755, xattrs: { "user.a": "\xff" } }),
    hardlink("usr/bin/bash", "usr/bin/sh", { mode: 0o4755, xattrs: { "user.a": "\xff" } }),
    symlink("bin", "usr/bin"),
    symlink("loop", "loop"),
    symlink("out", "../../etc"),
  ),
  layer(whiteout("etc/gone"), file("etc/n\xff", "xyz"), char("dev/null", 1, 3), dir("old"), opaque("old")),
];

function write(layers: readonly LayerFixture[], compression: "none" | "gzip" | "zstd" = "none"): string {
  return writeArchive(folder.in(`${compression}.tar`), dockerClassic(image({ layers: [...layers], compression })));
}

const names = async (path: string, options: Parameters<typeof listFiles>[2] = {}): Promise<string[]> =>
  (await listFiles(write(LAYERS), path, options)).entries.map((entry) => entry.path);

describe("listFiles", () => {
  test("lists a directory of the merged filesystem, sorted, with all that is known of its entries", async () => {
    expect(await names("")).toEqual(["bin", "dev", "etc", "loop", "old", "out", "usr"]);
    const { entries, platform, path } = await listFiles(write(LAYERS), "/etc/");
    expect([platform, path]).toEqual(["linux/amd64", "etc"]);
    expect(entries).toEqual([
      expect.objectContaining({ path: "etc/n\xff", type: "file", size: 3, layer: 1, links: 1 }),
      {
        ...{ path: "etc/passwd", type: "file", mode: "0644", uid: 0, gid: 0, size: 4, links: 1, xattrs: [] },
        ...{ mtime: "2023-11-14T22:13:20.000000005Z", layer: 0, listed: true },
      },
    ]);
  });

  test("knows all names of a file, also where its first one is not listed", async () => {
    const { entries } = await listFiles(write(LAYERS), "usr/bin/sh");
    expect(entries).toEqual([
      expect.objectContaining({
        size: 2,
        mode: "4755",
        links: 2,
        linkOf: "usr/bin/bash",
        xattrs: [{ name: "user.a", value: "\xff" }],
      }),
    ]);
  });

  test("follows links as in a container, which none of them leaves", async () => {
    expect(await names("bin")).toEqual(["usr/bin/bash", "usr/bin/sh"]);
    expect(await names("bin", { directory: true })).toEqual(["bin"]);
    expect(await names("out/../etc/./passwd")).toEqual(["etc/passwd"]);
    expect(await names("loop")).toEqual(["loop"]);
    await expect(names("loop/x")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
  });

  test("lists everything below, a directory itself, and directories that no layer lists", async () => {
    expect(await names("dev", { recursive: true })).toEqual(["dev/null"]);
    const { entries } = await listFiles(write(LAYERS), "dev", { directory: true });
    expect(entries).toEqual([expect.objectContaining({ path: "dev", type: "directory", mode: "0755", listed: false })]);
    const [root] = (await listFiles(write(LAYERS), "/", { directory: true })).entries;
    expect(root).toMatchObject({ path: "", type: "directory", listed: false });
    expect((await listFiles(write(LAYERS), "dev/null")).entries[0]).toMatchObject({
      type: "char",
      device: "1:3",
      size: 0,
    });
  });

  test("knows the layer of a directory that a later one resets", async () => {
    const source = write([layer(dir("d", { mode: 0o700 })), layer(file("d/x"))]);
    const { entries } = await listFiles(source, "d", { directory: true, profile: "overlay2" });
    expect(entries).toEqual([expect.objectContaining({ path: "d", mode: "0755", layer: 0, listed: true })]);
  });

  test("shows one layer with its whiteouts, and reads no other", async () => {
    expect(await names("", { layer: 1, recursive: true })).toEqual([
      ...["dev", "dev/null", "etc", "etc/.wh.gone", "etc/n\xff", "old", "old/.wh..wh..opq"],
    ]);
    const layers = [layer(file("a")), layer(file("b"))];
    const broken = image({ layers });
    const [lower] = broken.layers;
    writeFolder(folder.in("broken"), ociLayout(broken));
    writeFolder(folder.in("broken"), [
      { path: `blobs/sha256/${lower?.diffId.slice(7)}`, bytes: Buffer.from("damaged") },
    ]);
    const { entries, layer: shown } = await listFiles(`oci:${folder.in("broken")}`, "", { layer: 1 });
    expect([shown, entries.map(({ path, layer: of }) => [path, of])]).toEqual([1, [["b", 1]]]);
    await expect(listFiles(`oci:${folder.in("broken")}`)).rejects.toMatchObject({ stage: "scan" });
  });

  test("knows a hard link to a hard link of one layer as a name of the file", async () => {
    const source = write([layer(file("a", "123"), hardlink("b", "a"), hardlink("c", "b"))]);
    const { entries } = await listFiles(source, "c", { layer: 0 });
    expect(entries).toEqual([expect.objectContaining({ type: "file", size: 3, links: 3, linkOf: "a" })]);
    const chunks: Uint8Array[] = [];
    await readFile(source, "c", { layer: 0, take: (chunk) => void chunks.push(chunk) });
    expect(Buffer.concat(chunks).toString()).toBe("123");
  });

  test.each([undefined, 0])("counts the directories that paths imply as entries (layer %s)", async (number) => {
    const source = write([layer(file(`${"a/".repeat(60)}f`), file(`${"b/".repeat(60)}f`))]);
    const limited = listFiles(source, "", { layer: number, limits: { entries: 100 } });
    await expect(limited).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries" } });
  });

  test("says which layer was the last to have a path that is gone", async () => {
    await expect(names("etc/gone")).rejects.toMatchObject({
      code: "PATH_NOT_FOUND",
      details: { entry: "etc/gone", hint: expect.stringContaining("layer 0 was the last to have it") },
    });
    const unlisted = image({ layers: [layer(file("a/b/f")), layer(whiteout("a"))] });
    await expect(listFiles(writeArchive(folder.in("unlisted.tar"), dockerClassic(unlisted)), "a/b")).rejects.toThrow(
      expect.objectContaining({ details: { entry: "a/b", hint: expect.stringContaining("layer 0 was the last") } }),
    );
    await expect(names("", { layer: 2 })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringMatching(/^docker-archive:.* has no layer 2: it has layers 0 to 1$/),
    });
  });
});

describe("fileTree", () => {
  const words = ({ name, size, entries, children }: FileNode): unknown => [
    name,
    size,
    entries,
    ...(children ?? []).map(words),
  ];
  const tree = async (path: string, options: Parameters<typeof fileTree>[2] = {}): Promise<unknown> =>
    words((await fileTree(write(LAYERS), path, options)).tree);

  test("adds up what is below each directory, a file with several names once", async () => {
    expect(await tree("usr")).toEqual(["usr", 2, 3, ["bin", 2, 2, ["bash", 2, 0], ["sh", 0, 0]]]);
    expect(await tree("", { depth: 1 })).toEqual([
      ...["", 9, 13, ["bin", 0, 0], ["dev", 0, 1], ["etc", 7, 2]],
      ...[
        ["loop", 0, 0],
        ["old", 0, 0],
        ["out", 0, 0],
        ["usr", 2, 3],
      ],
    ]);
    expect(await tree("usr", { depth: 0 })).toEqual(["usr", 2, 3]);
  });

  test("shows further names of links and devices as what they are", async () => {
    const tar = layer(symlink("a", "etc"), hardlink("b", "a"), char("c", 1, 3), hardlink("d", "c"), file("e"));
    const { tree: found } = await fileTree(write([tar]));
    expect(found.children?.map(({ name, type, target }) => [name, type, target])).toEqual([
      ["a", "symlink", "etc"],
      ["b", "symlink", "etc"],
      ["c", "char", undefined],
      ["d", "char", undefined],
      ["e", "file", undefined],
    ]);
  });

  test("takes a path through links, a file, and one layer", async () => {
    expect(await tree("bin")).toEqual(["usr/bin", 2, 2, ["bash", 2, 0], ["sh", 0, 0]]);
    expect(await tree("etc/passwd")).toEqual(["etc/passwd", 4, 0]);
    expect(await tree("etc", { layer: 1 })).toEqual(["etc", 3, 2, [".wh.gone", 0, 0], ["n\xff", 3, 0]]);
  });
});

describe("readFile", () => {
  async function content(source: string, path: string, options: LookOptions = {}): Promise<string> {
    const chunks: Uint8Array[] = [];
    await readFile(source, path, { ...options, take: (chunk) => void chunks.push(Buffer.from(chunk)) });
    return Buffer.concat(chunks).toString("latin1");
  }

  const large = "0123456789".repeat(300_000);
  const files = [
    layer(file("first", "1"), file("large", large), file("none")),
    layer(
      sparse(
        "holes",
        [
          [3, "abc"],
          [600_000, "end"],
        ],
        { version: "1.0", size: 700_000 },
      ),
      symlink("link", "/large"),
      file("first", "2"),
      hardlink("second", "first"),
    ),
  ];

  test.each(["none", "gzip", "zstd"] as const)("gives the bytes of files in layers compressed by %s", async (how) => {
    const source = write(files, how);
    expect(await content(source, "large")).toBe(large);
    expect(await content(source, "link")).toBe(large);
    expect(await content(source, "none")).toBe("");
    expect(await content(source, "first")).toBe("2");
    expect(await content(source, "second")).toBe("2");
    expect(await content(source, "first", { layer: 0 })).toBe("1");
    expect(await content(source, "holes")).toBe(`\0\0\0abc${"\0".repeat(599_994)}end${"\0".repeat(99_997)}`);
  });

  test("verifies the bytes of a layer that only the cache knew", async () => {
    const built = image({ layers: [layer(file("a", "content"))], compression: "gzip" });
    const layout = writeFolder(folder.in("cached"), ociLayout(built));
    const options = { cache: folder.in("cache") };
    expect(await content(`oci:${layout}`, "a", options)).toBe("content");
    expect(await content(`oci:${layout}`, "a", options)).toBe("content");
    const blob = `blobs/sha256/${built.layers[0]?.oci.digest.slice("sha256:".length)}`;
    const other = image({ layers: [layer(file("a", "CONTENT"))], compression: "gzip" }).layers[0]?.oci.bytes;
    writeFolder(layout, [{ path: blob, bytes: other ?? new Uint8Array() }]);
    await expect(content(`oci:${layout}`, "a", options)).rejects.toMatchObject({
      code: expect.stringMatching(/_MISMATCH$/),
    });
  });

  test("refuses what is no file, or not there", async () => {
    const source = write(LAYERS);
    for (const [path, message] of [
      ["etc", "a directory has no content"],
      ["/", "a directory has no content"],
      ["dev/null", "a character device has no content"],
      ["bin/../../etc/nothing", "the image has nothing at this path"],
    ] as const) {
      await expect(content(source, path)).rejects.toMatchObject({ code: "PATH_NOT_FOUND", message });
    }
    const linking = write([layer(file("a", "1")), layer(hardlink("b", "a"))]);
    await expect(content(linking, "b", { layer: 1 })).rejects.toMatchObject({
      message: "a hard link to another layer has no content",
    });
  });
});
