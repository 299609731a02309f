import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flatten } from "../../src/flatten.ts";
import type { FlattenOptions } from "../../src/flatten-options.ts";
import type { FlattenResult } from "../../src/flatten-result.ts";
import { fakeEngines } from "../support/fake-engine.ts";
import { blobPath, type JsonObject, readIndexEntry } from "../support/flat-layout.ts";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { type FixtureImage, type ImageWords, image } from "../support/image-fixture.ts";
import { readNaively } from "../support/naive-tar.ts";
import { dir, file, hardlink, layer, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

const LAYERS = [
  layer(dir("d"), file("d/base", "b".repeat(3000))),
  layer(dir("d"), file("d/x", "1"), file("big", "x".repeat(5000))),
  layer(dir("d"), whiteout("d/x"), file("d/y", "2")),
  layer(whiteout("big"), whiteout("d/base"), file("z", "3")),
];
const of = (words: ImageWords = {}) => image({ layers: LAYERS, compression: "gzip", tags: ["app:1"], ...words });
const engines = fakeEngines(folder);
const base = (layers: number) => image({ layers: LAYERS.slice(0, layers), compression: "gzip", tags: ["base:1"] });

interface Squashed {
  readonly result: FlattenResult;
  readonly manifest: JsonObject;
  readonly config: JsonObject;
  readonly digests: readonly unknown[];
}

async function squash(source: string, options: FlattenOptions): Promise<Squashed> {
  const out = folder.in(`out${Math.random()}`);
  const result = await flatten(source, `oci:${out}:x`, { verify: true, ...options });
  const { json: manifest } = readIndexEntry(out);
  const { digest } = manifest.config as JsonObject;
  const config = JSON.parse(readFileSync(join(out, blobPath(digest)), "utf8"));
  return { result, manifest, config, digests: (manifest.layers as JsonObject[]).map((each) => each.digest) };
}

const layout = (...images: FixtureImage[]): string => writeFolder(folder.in("layout"), ociLayout(...images));
const app = (): string => `oci:${layout(of(), base(2))}:app:1`;
const stored = (each: FixtureImage): string[] => each.layers.map(({ oci }) => oci.digest);

describe("flatten of some layers", () => {
  test("keeps the others byte for byte, and is the same filesystem", async () => {
    const { result, config, digests } = await squash(app(), { layers: "1-2" });
    const [first, , , last] = stored(of());
    expect(digests).toEqual([first, result.images[0]?.after.layers[1]?.digest, last]);
    expect(result.images[0]?.after.layers.map(({ kept, first: from, last: to }) => [kept, from, to])).toEqual([
      [true, 0, 0],
      [false, 1, 2],
      [true, 3, 3],
    ]);
    expect((config.rootfs as JsonObject).diff_ids).toHaveLength(3);
    expect(result.verified?.equal).toBe(true);
  });

  test.each([
    ["a reference", () => ({ base: `oci:${folder.in("layout")}:base:1` }), "named"],
    ["the digest of its topmost layer", () => ({ base: stored(of())[1] ?? "" }), "layer"],
    ["as much of that as planish history prints", () => ({ base: stored(of())[1]?.slice(7, 19) ?? "" }), "layer"],
    ["an image in the same layout", () => ({ base: "auto" }), "neighbour"],
  ])("keeps a base: %s", async (_, options, how) => {
    const source = app();
    const { result, digests } = await squash(source, options());
    expect(digests.slice(0, 2)).toEqual(stored(base(2)));
    expect(digests).toHaveLength(3);
    expect(result.images[0]?.base).toMatchObject({ layers: 2, how });
    expect(result.verified?.equal).toBe(true);
  });

  test("squashed again above the same base is the same image", async () => {
    app();
    const out = folder.in("again");
    const options = { base: `oci:${folder.in("layout")}:base:1` };
    const once = await flatten(`oci:${folder.in("layout")}:app:1`, `oci:${out}:one`, options);
    const twice = await flatten(`oci:${out}:one`, `oci:${out}:two`, options);
    expect(twice.digest).toBe(once.digest);
    expect(twice.images[0]?.alreadyFlat).toBe(true);
  });

  test("of a base and then of all is what flattening all at once is", async () => {
    const out = folder.in("steps");
    await flatten(app(), `oci:${out}:one`, { layers: "1-", canonical: true });
    const twice = await flatten(`oci:${out}:one`, `oci:${folder.in("twice")}:x`, { canonical: true });
    const direct = await flatten(`oci:${folder.in("layout")}:app:1`, `oci:${folder.in("direct")}:x`, {
      canonical: true,
    });
    const diffIds = [twice, direct].map(({ images }) => images[0]?.after.layers[0]?.diffId);
    expect(diffIds[0]).toBe(diffIds[1]);
  });

  test("merges what is cheapest, and small layers", async () => {
    const { result, digests } = await squash(app(), { maxLayers: 3 });
    expect(digests).toHaveLength(3);
    expect(result.verified?.equal).toBe(true);
    const all = await squash(`oci:${folder.in("layout")}:app:1`, { mergeSmallerThan: 1_000_000 });
    expect(all.digests).toHaveLength(1);
  });

  test("is split above a base into layers that hold the same together", async () => {
    const { result, digests, config } = await squash(app(), { layers: "1-", split: 3 });
    expect(digests[0]).toBe(stored(of())[0]);
    expect(digests.length).toBeGreaterThan(2);
    expect((config.history as JsonObject[]).filter((step) => step.empty_layer !== true)).toHaveLength(digests.length);
    expect(result.verified?.equal).toBe(true);
    await expect(squash(`oci:${folder.in("layout")}:app:1`, { layers: "0-1,2-3", split: 2 })).rejects.toThrow(
      "--split is for one range",
    );
  });

  test("copies a file of a kept layer that a layer of the range links to", async () => {
    const linked = image({
      layers: [...LAYERS.slice(0, 2), layer(hardlink("n", "big"))],
      compression: "gzip",
      tags: ["l:1"],
    });
    const { result } = await squash(`oci:${layout(linked)}:l:1`, { layers: "2", canonical: true });
    expect(result.images[0]?.diagnostics.map(({ rule }) => rule)).toContain("R6.7");
    expect(result.verified?.equal).toBe(true);
  });

  test("reads each blob of a kept layer that the destination takes as it is, zstd too", async () => {
    const zstd = layout(image({ layers: LAYERS, compression: "zstd", tags: ["z:1"] }));
    const { manifest, result } = await squash(`oci:${zstd}:z:1`, { layers: "2-", compression: "gzip" });
    const types = (manifest.layers as JsonObject[]).map(({ mediaType }) => String(mediaType).split("+")[1]);
    expect(types).toEqual(["zstd", "zstd", "gzip"]);
    expect(result.verified?.equal).toBe(true);
  });

  test("leaves out what is asked for, with whiteouts for what the base has of it", async () => {
    const { result } = await squash(app(), { layers: "1-", exclude: ["z"] });
    expect(result.images[0]?.excluded).toMatchObject([{ value: "z", entries: 1 }]);
    expect(result.verified?.equal).toBe(true);
  });

  test("of an image with one layer into a root filesystem leaves no whiteouts there", async () => {
    const one = image({ layers: [layer(file("d/f", "1"), whiteout("x"))], tags: ["one:1"] });
    const out = folder.in("root.tar");
    await flatten(`oci:${layout(one)}:one:1`, `rootfs:${out}`, { maxLayers: 2, verify: true });
    expect(readNaively(readFileSync(out)).map(({ name }) => name)).toEqual(["d/", "d/f"]);
  });

  test("of an image that the cache knows is the same, byte for byte", async () => {
    const options = { layers: "1-2", cache: folder.in("cache") };
    const first = await squash(app(), options);
    const second = await squash(`oci:${folder.in("layout")}:app:1`, options);
    expect(second.result.digest).toBe(first.result.digest);
    expect(second.result.images[0]?.before.cachedLayers).toBe(4);
    expect(second.result.verified?.equal).toBe(true);
  });

  test("asks an engine for the layers of a base, and has it save none of them", async () => {
    const asked: string[] = [];
    const Layers = base(2).layers.map(({ diffId }) => diffId);
    const { path } = await engines.listen((request, response) => {
      asked.push(request.url ?? "");
      const image = { Id: "sha256:1", RepoTags: ["base:1"], RootFS: { Layers } };
      response.end(JSON.stringify(request.url?.includes("/images/") ? image : {}));
    }, "1.41");
    const options = { base: "docker-daemon:base:1", docker: { host: `unix://${path}` } };
    const { result } = await squash(app(), options);
    expect(result.images[0]?.base).toEqual({ layers: 2, how: "named", name: "docker-daemon:base:1" });
    expect(asked.filter((url) => url.includes("/images/"))).toEqual(["/v1.41/images/base%3A1/json"]);
  });

  test("says that it is the base that cannot be read", async () => {
    const [digest, gone] = [`sha256:${"a".repeat(64)}`, `oci:${folder.in("nowhere")}`];
    await expect(squash(app(), { base: digest })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: `--base: ${digest} is not the digest, diffID or chainID of any of the image's layers`,
    });
    await expect(squash(app(), { base: gone })).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      details: { base: gone },
    });
  });

  test("refuses an image that is not the base, and says how many layers are the same", async () => {
    const other = image({ layers: [...LAYERS.slice(0, 1), layer(file("other"))], tags: ["other:1"] });
    const source = layout(of(), other);
    const refused = squash(`oci:${source}:app:1`, { base: `oci:${source}:other:1` });
    await expect(refused).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      details: { hint: expect.stringContaining("share 1 of its 2") },
    });
    await expect(squash(`oci:${source}:app:1`, { base: "auto" })).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});
