import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { collect } from "../../../../src/bytes/collect.ts";
import type { Limits } from "../../../../src/limits.ts";
import { parseIndex } from "../../../../src/oci/image-index.ts";
import { type Manifest, parseManifest } from "../../../../src/oci/manifest.ts";
import type { Source } from "../../../../src/transport/contracts.ts";
import { selectImage } from "../../../../src/transport/docker-archive/archive-manifest.ts";
import { openSource } from "../../../../src/transport/open-source.ts";
import { reference } from "../../../../src/transport/reference.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import {
  containerdExport,
  dockerClassic,
  dockerHybrid,
  imageBlobs,
  layoutFiles,
  podmanSave,
  type SavedFile,
  saved,
  writeArchive,
} from "../../../support/image-archives.ts";
import { descriptor, digestOf, type FixtureImage, image, json } from "../../../support/image-fixture.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

const folder = testFolder();

/** Opens an archive of these files; `suffix` is the rest of the reference. */
async function open<T>(
  files: readonly SavedFile[],
  suffix: string,
  use: (source: Source, limits: Limits) => Promise<T>,
) {
  writeArchive(folder.in("a.tar"), files);
  await using context = transportContext(folder.path);
  await using source = await openSource(`docker-archive:${folder.in("a.tar")}${suffix}`, context, NO_SERVERS);
  return await use(source, context.limits);
}

async function readManifest(source: Source, limits: Limits): Promise<Manifest> {
  const root = await source.resolve();
  return parseManifest(await collect(source.readBlob(root), 1e6, "test"), root, limits).json;
}

/** Checks that every byte of an image is read and verified, with a manifest of a family. */
async function expectImage(
  files: readonly SavedFile[],
  expected: FixtureImage,
  suffix = "",
  family: "oci" | "docker" = "docker",
) {
  await open(files, suffix, async (source, limits) => {
    const manifest = await readManifest(source, limits);
    expect(manifest.mediaType).toBe(expected[family].mediaType);
    expect(Buffer.from(await collect(source.readBlob(manifest.config), 1e6, "test"))).toEqual(
      Buffer.from(expected.config),
    );
    expect(manifest.layers).toHaveLength(expected.layers.length);
    for (const [at, descriptor] of manifest.layers.entries()) {
      const stored = Buffer.from(expected.layers[at]?.[family].bytes ?? "");
      expect(descriptor.mediaType).toBe(expected.layers[at]?.[family].mediaType);
      expect(Buffer.from(await collect(source.readBlob(descriptor), 1e6, "test"))).toEqual(stored);
      const located = await source.locateBlob?.(descriptor);
      expect(located && Buffer.from(await located.read({ start: 0, end: located.size }))).toEqual(stored);
    }
  });
}

const app = image({ tags: ["app:1", "registry.example:5000/team/app:1"] });
const refusal = (files: readonly SavedFile[], suffix = "") => expect(open(files, suffix, async () => {})).rejects;
const without = (files: readonly SavedFile[], name: string) => files.filter(({ path }) => !path.includes(name));
const replaced = (files: readonly SavedFile[], name: string, bytes: Uint8Array) =>
  files.map((saved) => (saved.path.includes(name) ? { path: saved.path, bytes } : saved));

describe("openDockerArchive", () => {
  it("reads what Docker 1.10 to 24 save, including layers that occur twice", async () => {
    const same = layer(file("a", "same"));
    await expectImage(dockerClassic(app), app);
    const twice = image({ layers: [same, layer(file("b", "other")), same] });
    await expectImage(dockerClassic(twice), twice);
  });

  it("reads what podman and skopeo save", async () => {
    await expectImage(podmanSave(app), app);
  });

  it("reads what Docker 25 saves by its OCI manifest", async () => {
    await expectImage(dockerHybrid(app), app, "", "oci");
  });

  it("reads what containerd exports by its index, compressed layers as they are", async () => {
    const amd64 = image({ compression: "gzip" });
    const arm64 = image({ compression: "gzip", architecture: "arm64", layers: [layer(file("arm", "64"))] });
    await open(containerdExport("app:1", [arm64, amd64], [amd64]), "", async (source, limits) => {
      expect(source.names).toEqual(["app:1"]);
      const root = await source.resolve();
      const { json: index } = parseIndex(await collect(source.readBlob(root), 1e6, "test"), root, limits);
      expect(index.manifests.map(({ platform }) => platform?.architecture)).toEqual([
        "arm64",
        "amd64",
        "unknown",
        "unknown",
      ]);
      const held = index.manifests[1];
      expect(held?.digest).toBe(amd64.oci.digest);
      if (held === undefined || index.manifests[0] === undefined) return;
      expect(await collect(source.readBlob(held), 1e6, "test")).toHaveLength(held.size);
      const absent = collect(source.readBlob(index.manifests[0]), 1e6, "test");
      await expect(absent).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    });
  });

  it("falls back to manifest.json when the OCI half lacks a blob, or is damaged", async () => {
    const half = dockerHybrid(app);
    await expectImage(without(half, app.oci.digest.slice(7)), app);
    await expectImage(replaced(half, "index.json", Buffer.from("{")), app);
    await expectImage(without(half, "index.json"), app);
    const stray = [...podmanSave(app), ...layoutFiles([])];
    await expectImage(stray, app);
  });

  it("looks into an index once, however often other indexes name it", async () => {
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const indexOf = (entry: unknown) => json({ schemaVersion: 2, mediaType, manifests: new Array(1000).fill(entry) });
    const stray = image({ config: { created: "2001-01-01T00:00:00Z" } });
    const files = [...podmanSave(app), ...imageBlobs(stray)];
    let entry: unknown = descriptor(stray.oci);
    for (let depth = 0; depth < 4; depth += 1) {
      const nested = { mediaType, bytes: indexOf(entry), digest: digestOf(indexOf(entry)) };
      files.push(saved(nested));
      entry = descriptor(nested);
    }
    await expectImage([...files, ...layoutFiles(new Array(1000).fill(entry))], app);
  });

  it("reports that the OCI half was ignored if it is damaged, and only then", async () => {
    const half = dockerHybrid(app);
    const rules = (files: readonly SavedFile[]) =>
      open(files, "", async ({ diagnostics }) => diagnostics.map(({ rule }) => rule));
    expect(await rules(replaced(half, app.oci.digest.slice(7), Buffer.from("{}")))).toEqual(["oci-half-damaged"]);
    expect(await rules(replaced(half, "index.json", Buffer.from("{")))).toEqual(["oci-half-damaged"]);
    const path = `blobs/sha256/${app.oci.digest.slice(7)}`;
    expect(await rules([...without(half, path), { path, link: "nothing" }])).toEqual(["oci-half-damaged"]);
    expect(await rules(without(half, app.oci.digest.slice(7)))).toEqual([]);
    expect(await rules(half)).toEqual([]);
  });

  it("says that an archive without members is empty", async () => {
    await refusal([]).toMatchObject({ code: "MANIFEST_INVALID", message: expect.stringContaining("it is empty") });
  });

  it("describes compressed layers as they are stored", async () => {
    const zipped = image({ compression: "gzip", tags: ["z:1"] });
    const files = podmanSave(zipped).map((saved) =>
      saved.path.endsWith(".tar") && saved.bytes ? { path: saved.path, bytes: gzipSync(saved.bytes) } : saved,
    );
    await expectImage(files, zipped);
    const zstd = image({ compression: "zstd" });
    const hybrid = without(dockerHybrid(zstd), "index.json");
    await expectImage(hybrid, zstd);
  });

  it("reads an image without layers", async () => {
    const empty = image({ layers: [] });
    await expectImage(dockerClassic(empty), empty);
    const nulls = replaced(
      dockerClassic(empty),
      "manifest.json",
      json([{ Config: `${digestOf(empty.config).slice(7)}.json`, RepoTags: null, Layers: null }]),
    );
    await expectImage(nulls, empty);
  });

  it("tells images of one name apart by their positions", async () => {
    const other = image({ tags: app.tags, layers: [layer(file("o", "ther"))] });
    await refusal(dockerClassic(app, other)).toMatchObject({
      code: "REFERENCE_INVALID",
      details: { candidates: [expect.stringMatching(/:@0$/), expect.stringMatching(/:@1$/)] },
    });
  });

  it("selects one of several images by name or position, and lists them if the reference is ambiguous", async () => {
    const other = image({ tags: ["other:latest"], layers: [layer(file("o", "ther"))] });
    const nameless = image({ layers: [layer(file("n", "one"))] });
    for (const files of [dockerClassic(app, other, nameless), dockerHybrid(app, other, nameless)]) {
      const family = files.some(({ path }) => path === "index.json") ? "oci" : "docker";
      await expectImage(files, other, ":other", family);
      await expectImage(files, app, ":registry.example:5000/team/app:1", family);
      await expectImage(files, app, ":docker.io/library/app:1", family);
      await expectImage(files, nameless, ":@2", family);
      await refusal(files).toMatchObject({
        code: "REFERENCE_INVALID",
        details: {
          candidates: [
            expect.stringMatching(/:app:1$/),
            expect.stringMatching(/:other:latest$/),
            expect.stringMatching(/:@2$/),
          ],
        },
      });
      await refusal(files, ":none:1").toMatchObject({
        code: "SOURCE_NOT_FOUND",
        message: expect.stringContaining("other:latest"),
      });
      await refusal(files, ":@3").toMatchObject({ code: "SOURCE_NOT_FOUND" });
      await refusal(files, `:other@${digestOf(other.config)}`).toMatchObject({
        code: "REFERENCE_INVALID",
        message: expect.stringContaining("has a digest"),
      });
    }
    await open(dockerClassic(app, other), ":registry.example:5000/team/app:1", async ({ names }) => {
      expect(names).toEqual(["registry.example:5000/team/app:1", "app:1"]);
    });
  });

  it("says that a path with a colon needs a link before a name can follow", () => {
    const images = ["a:1", "b:2"].map((name) => ({ Config: name, RepoTags: [name], Layers: [] }));
    const from = reference("docker-archive", "./new:app.tar");
    expect(() => selectImage(images, from)).toThrow(
      expect.objectContaining({
        message: "./new:app.tar could be 2 images",
        details: {
          path: "./new:app.tar",
          candidates: ["docker-archive:link:a:1", "docker-archive:link:b:2"],
          hint:
            "no name can follow a path with a colon: ln -s ./new:app.tar link, " +
            "and name one of them: docker-archive:link:a:1, docker-archive:link:b:2",
        },
      }),
    );
  });

  it("lists thousands of candidates quickly", () => {
    const images = Array.from({ length: 10_000 }, (_, at) => ({ Config: `${at}`, RepoTags: [`a:${at}`], Layers: [] }));
    const begun = performance.now();
    expect(() => selectImage(images, reference("docker-archive", "a.tar"))).toThrow("could be 10000 images");
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it("treats an image that is listed once per tag as one image", async () => {
    const files = dockerClassic({ ...app, tags: ["a:1"] });
    const [entry] = JSON.parse(Buffer.from(files.find(({ path }) => path === "manifest.json")?.bytes ?? "").toString());
    const twice = replaced(files, "manifest.json", json([entry, { ...entry, RepoTags: ["b:1"] }]));
    await open(twice, "", async ({ names }) => expect(names).toEqual(["a:1", "b:1"]));
    const stranger = { Config: "other.json", RepoTags: ["c:1"], Layers: [] };
    const among = replaced(files, "manifest.json", json([entry, stranger, { ...entry, RepoTags: ["b:1"] }]));
    for (const archive of [twice, among]) {
      await open(archive, ":a:1", async ({ names }) => expect(names).toEqual(["a:1", "b:1"]));
      await open(archive, ":b:1", async ({ names }) => expect(names).toEqual(["b:1", "a:1"]));
      await open(archive, ":@0", async ({ names }) => expect(names).toEqual(["a:1", "b:1"]));
    }
    await open(among, ":@2", async ({ names }) => expect(names).toEqual(["b:1", "a:1"]));
  });

  it("refuses what is damaged or contradicts itself", async () => {
    const classic = dockerClassic(app);
    await refusal(without(classic, ".json")).toMatchObject({ code: "IMAGE_UNSUPPORTED" });
    await refusal([{ path: "etc/", bytes: undefined as never }]).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(without(classic, `${digestOf(app.config).slice(7)}.json`)).toMatchObject({
      code: "MANIFEST_INVALID",
    });
    await refusal(without(classic, "layer.tar")).toMatchObject({
      code: "MANIFEST_INVALID",
      details: { entry: expect.stringContaining("layer.tar") },
    });
    const { layers } = app;
    const wrongCount = image({ diffIds: [layers[0]?.diffId ?? ""] });
    await refusal(dockerClassic(wrongCount)).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(replaced(classic, "manifest.json", json([]))).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(replaced(classic, "manifest.json", json({}))).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(replaced(classic, "manifest.json", json([{ Layers: [] }]))).toMatchObject({
      code: "MANIFEST_INVALID",
    });
    await refusal(replaced(classic, "manifest.json", Buffer.from("[{"))).toMatchObject({ code: "MANIFEST_INVALID" });
    const config = `blobs/sha256/${digestOf(app.config).slice(7)}`;
    const forged = Buffer.from(app.config).toString().replace("/bin/true", "/bin/evil");
    await refusal(replaced(dockerHybrid(app), config, Buffer.from(forged))).toMatchObject({ code: "DIGEST_MISMATCH" });
    const other = image({ compression: "gzip", layers: [layer(file("x")), layer(file("y"))] });
    const swapped = without(dockerHybrid(image({ compression: "gzip" })), "index.json").map((saved, at) => ({
      ...saved,
      bytes: other.layers[at]?.oci.bytes ?? saved.bytes ?? new Uint8Array(),
    }));
    await refusal(swapped).toMatchObject({ code: "DIGEST_MISMATCH" });
  });

  it("refuses a layer whose bytes are not those of its diffID", async () => {
    const files = dockerClassic(app).map((saved) =>
      saved.path.endsWith("layer.tar")
        ? { path: saved.path, bytes: Buffer.from(saved.bytes ?? "").fill("x", 0, 5) }
        : saved,
    );
    await open(files, "", async (source, limits) => {
      const { layers } = await readManifest(source, limits);
      for (const found of layers) {
        await expect(collect(source.readBlob(found), 1e6, "test")).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
      }
    });
  });

  it.each([
    ["archiveManifestBytes", { archiveManifestBytes: 100 }],
    ["archiveImages", { archiveImages: 0 }],
    ["jsonDepth", { jsonDepth: 2 }],
    ["configBytes", { configBytes: 100 }],
  ])("keeps the limit %s", async (limit, limits) => {
    writeArchive(folder.in("a.tar"), dockerClassic(app));
    await using context = transportContext(folder.path, { limits });
    const opened = openSource(`docker-archive:${folder.in("a.tar")}`, context, NO_SERVERS);
    await expect(opened).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit } });
  });
});
