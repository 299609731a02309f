import { describe, expect, it } from "vitest";
import { collect } from "../../../../src/bytes/collect.ts";
import { parseIndex } from "../../../../src/oci/image-index.ts";
import { openSource } from "../../../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import {
  imageBlobs,
  layoutFiles,
  nameAnnotations,
  ociLayout,
  type SavedFile,
  saved,
  writeArchive,
  writeFolder,
} from "../../../support/image-archives.ts";
import { blob, descriptor, type FixtureImage, image, imageIndex, json } from "../../../support/image-fixture.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

const folder = testFolder();
const REF_NAME = "org.opencontainers.image.ref.name";
const one = image({ tags: ["v1"], compression: "zstd" });
const two = image({ tags: ["v2"], layers: [layer(file("2", "two"))] });

/** The root and the names that are found in a folder and in an archive; both must be equal. */
async function find(files: readonly SavedFile[], suffix = "", limits = {}) {
  writeFolder(folder.in("layout"), files);
  writeArchive(folder.in("a.tar"), files);
  const found = [];
  for (const text of [`oci:${folder.in("layout")}${suffix}`, `oci-archive:${folder.in("a.tar")}${suffix}`]) {
    await using context = transportContext(folder.path, { limits });
    await using source = await openSource(text, context, NO_SERVERS);
    const root = await source.resolve();
    const bytes = Buffer.from(await collect(source.readBlob(root), 1e6, "test"));
    found.push({ root, names: source.names, bytes });
  }
  expect(found[1]).toEqual(found[0]);
  return found[0] as (typeof found)[0];
}

const refusal = (files: readonly SavedFile[], suffix = "", limits = {}) => expect(find(files, suffix, limits)).rejects;
const entries = (...list: [FixtureImage, Record<string, unknown>][]) => [
  ...list.flatMap(([fixture]) => imageBlobs(fixture)),
  ...layoutFiles(list.map(([fixture, more]) => descriptor(fixture.oci, more))),
];

describe("openOciLayout", () => {
  it("selects the only image, whatever its name", async () => {
    expect(await find(ociLayout(one))).toMatchObject({ root: { digest: one.oci.digest }, names: ["v1"] });
    const nameless = image();
    expect(await find(ociLayout(nameless))).toMatchObject({ root: { digest: nameless.oci.digest }, names: [] });
  });

  it("selects by tag, by full name and by position", async () => {
    const files = entries(
      [one, { annotations: nameAnnotations("app:1") }],
      [two, { annotations: { [REF_NAME]: "app:2" } }],
    );
    for (const suffix of [":1", ":app:1", ":docker.io/library/app:1", ":@0"]) {
      expect(await find(files, suffix)).toMatchObject({ root: { digest: one.oci.digest }, names: ["app:1"] });
    }
    for (const suffix of [":app:2", ":library/app:2", ":@1"]) {
      expect(await find(files, suffix)).toMatchObject({ root: { digest: two.oci.digest }, names: ["app:2"] });
    }
  });

  it("returns every name of an image, the requested one first", async () => {
    const named = (tag: string): [FixtureImage, Record<string, unknown>] => [
      one,
      { annotations: nameAnnotations(tag) },
    ];
    const files = entries(named("app:1"), named("app:2"), named("quay.io/team/app:3"));
    expect((await find(files)).names).toEqual(["app:1", "app:2", "quay.io/team/app:3"]);
    expect((await find(files, ":@1")).names).toEqual(["app:2", "app:1", "quay.io/team/app:3"]);
  });

  it("lists the candidates if the reference is ambiguous or matches none", async () => {
    await refusal(ociLayout(one, two)).toMatchObject({
      code: "REFERENCE_INVALID",
      details: { candidates: [expect.stringMatching(/:v1$/), expect.stringMatching(/:v2$/)] },
    });
    await refusal(ociLayout(one, two), ":v3").toMatchObject({
      code: "SOURCE_NOT_FOUND",
      message: expect.stringContaining("v1, v2"),
      details: { candidates: ["v1", "v2"] },
    });
    await refusal(ociLayout(one), ":@1").toMatchObject({ code: "SOURCE_NOT_FOUND" });
    await refusal(layoutFiles([])).toMatchObject({
      code: "SOURCE_NOT_FOUND",
      message: expect.stringContaining("no image"),
    });
    const sameTag = entries(
      [one, { annotations: nameAnnotations("a:1") }],
      [two, { annotations: nameAnnotations("b:1") }],
    );
    await refusal(sameTag, ":1").toMatchObject({
      code: "REFERENCE_INVALID",
      details: { candidates: [expect.stringMatching(/:@0$/), expect.stringMatching(/:@1$/)] },
    });
    expect((await find(sameTag, ":b:1")).names).toEqual(["b:1"]);
  });

  it("returns an index as it is, and ignores attestations beside images", async () => {
    const { index, attestations } = imageIndex(one, two);
    const nested = [
      ...[one, two].flatMap(imageBlobs),
      ...attestations.map(saved),
      saved(index),
      ...layoutFiles([descriptor(index)]),
    ];
    const found = await find(nested);
    expect(found.root).toMatchObject(descriptor(index));
    expect(found.bytes).toEqual(Buffer.from(index.bytes));
    const beside = entries(
      [one, { annotations: { [REF_NAME]: "v1" } }],
      [two, { annotations: { "vnd.docker.reference.type": "attestation-manifest" } }],
    );
    expect((await find(beside)).root.digest).toBe(one.oci.digest);
  });

  it("may list as many images as an archive: the limit for the index of one image does not apply", async () => {
    const files = ociLayout(one, two);
    expect((await find(files, ":v2", { indexEntries: 1, manifestBytes: two.oci.bytes.length })).names).toEqual(["v2"]);
    for (const [limit, allowed] of Object.entries({ archiveImages: 1, archiveManifestBytes: 100 })) {
      await refusal(files, ":v2", { [limit]: allowed }).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit } });
    }
  });

  it("treats entries for several platforms as an index", async () => {
    const arm = image({ architecture: "arm64", layers: [layer(file("a", "rm"))] });
    const files = entries([one, { platform: one.platform }], [arm, { platform: arm.platform }]);
    const found = await find(files);
    const { json: index } = parseIndex(found.bytes, found.root, transportContext(folder.path).limits);
    expect(index.manifests.map(({ digest }) => digest)).toEqual([one.oci.digest, arm.oci.digest]);
    const samePlatform = entries([one, { platform: one.platform }], [two, { platform: two.platform }]);
    await refusal(samePlatform).toMatchObject({ code: "REFERENCE_INVALID" });
  });

  it("says which blob is missing, and detects a damaged one", async () => {
    const { layers } = one;
    const name = layers[0]?.oci.digest.slice(7) ?? "";
    const stored = layers[0]?.oci ?? blob("", new Uint8Array());
    for (const [bytes, code] of [
      [undefined, "SOURCE_NOT_FOUND"],
      [Buffer.from(stored.bytes).fill(0, 10, 20), "DIGEST_MISMATCH"],
      [stored.bytes.subarray(1), "SIZE_MISMATCH"],
      [Buffer.concat([stored.bytes, Buffer.from("x")]), "SIZE_MISMATCH"],
    ] as const) {
      const others = ociLayout(one).filter(({ path }) => !path.endsWith(name));
      const files = bytes === undefined ? others : [...others, { path: `blobs/sha256/${name}`, bytes }];
      writeArchive(folder.in("a.tar"), files);
      await using context = transportContext(folder.path);
      await using source = await openSource(`oci-archive:${folder.in("a.tar")}`, context, NO_SERVERS);
      const read = collect(source.readBlob(descriptor(stored) as never), 1e6, "test");
      await expect(read).rejects.toMatchObject({ code, details: { digest: stored.digest } });
    }
  });

  it("refuses what is not a layout, or is damaged or of another version", async () => {
    const files = ociLayout(one);
    const other = (name: string, bytes: Uint8Array) => [
      ...files.filter(({ path }) => path !== name),
      { path: name, bytes },
    ];
    await refusal(files.filter(({ path }) => path !== "oci-layout")).toMatchObject({ code: "SOURCE_NOT_FOUND" });
    await refusal(files.filter(({ path }) => path !== "index.json")).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(other("oci-layout", json({ imageLayoutVersion: "2.0.0" }))).toMatchObject({
      code: "IMAGE_UNSUPPORTED",
    });
    await refusal(other("oci-layout", json([]))).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(other("index.json", json({ schemaVersion: 2, manifests: [{}] }))).toMatchObject({
      code: "MANIFEST_INVALID",
    });
    await refusal(other("index.json", Buffer.from("{}x"))).toMatchObject({ code: "MANIFEST_INVALID" });
    await refusal(files, "", { jsonDepth: 2 }).toMatchObject({ details: { limit: "jsonDepth" } });
  });

  it("finds an image of Docker's schema 1, so that it is refused for that reason", async () => {
    const mediaType = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    const old = blob(mediaType, json({ schemaVersion: 1, fsLayers: [] }));
    expect(await find([saved(old), ...layoutFiles([descriptor(old)])])).toMatchObject({ root: { mediaType } });
  });

  it("refuses a file", async () => {
    writeArchive(folder.in("a.tar"), ociLayout(one));
    await using context = transportContext(folder.path);
    await expect(openSource(`oci:${folder.in("a.tar")}`, context, NO_SERVERS)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      details: { hint: expect.stringContaining("oci-archive:") },
    });
    await expect(openSource(`oci:${folder.in("none")}`, context, NO_SERVERS)).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
    });
  });
});
