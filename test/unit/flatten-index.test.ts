import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flatten } from "../../src/flatten.ts";
import type { FlattenOptions } from "../../src/flatten-options.ts";
import { planFlatten } from "../../src/inspect/dry-run/plan-flatten.ts";
import { blobPath, type JsonObject, readIndexEntry } from "../support/flat-layout.ts";
import {
  containerdExport,
  imageBlobs,
  layoutFiles,
  saved,
  writeArchive,
  writeFolder,
} from "../support/image-archives.ts";
import { blob, descriptor, image, imageIndex, json } from "../support/image-fixture.ts";
import { dir, file, layer, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

const of = (architecture: string) =>
  image({
    architecture,
    compression: "gzip",
    layers: [layer(dir("d"), file("d/old", "x"), file("a", architecture)), layer(dir("d"), whiteout("d/old"))],
  });
const amd64 = of("amd64");
const s390x = of("s390x");

const ZSTD = "io.github.containers.compression.zstd";

/** A layout whose index has a property, a spelling and an annotation that nobody but its maker knows. */
function indexedLayout(): string {
  const { index, attestations } = imageIndex(amd64, s390x);
  const text = Buffer.from(index.bytes)
    .toString()
    .replace('"schemaVersion":2', '"x-maker" : 1.0, "schemaVersion":2, "annotations":{"k":"\\u0076"}');
  const own = blob(index.mediaType, Buffer.from(text));
  const blobs = [amd64, s390x].flatMap(imageBlobs);
  return writeFolder(folder.in("layout"), [
    ...blobs,
    ...attestations.map(saved),
    saved(own),
    ...layoutFiles([descriptor(own)]),
  ]);
}

/** A layout whose index has one image twice: compressed with gzip, and with zstd. */
function twiceCompressedLayout(): string {
  const layers = [layer(file("a", "x"), file("b", "y")), layer(whiteout("b"))];
  const [gzip, zstd] = (["gzip", "zstd"] as const).map((compression) => image({ compression, layers }));
  if (gzip === undefined || zstd === undefined) throw new Error("there are two");
  const manifests = [
    descriptor(gzip.oci, { platform: gzip.platform }),
    descriptor(zstd.oci, { platform: zstd.platform, annotations: { [ZSTD]: "true" } }),
  ];
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const index = blob(mediaType, json({ schemaVersion: 2, mediaType, manifests }));
  return writeFolder(folder.in("layout"), [
    ...[gzip, zstd].flatMap(imageBlobs),
    saved(index),
    ...layoutFiles([descriptor(index)]),
  ]);
}

async function flattened(source: string, options: FlattenOptions = {}) {
  const result = await flatten(source, `oci:${folder.in("flat")}:x`, options);
  return { result, root: readIndexEntry(folder.in("flat")) };
}

const platformsOf = (root: JsonObject) =>
  (root.manifests as JsonObject[]).map(({ platform }) => (platform as JsonObject).architecture);

describe("an index", () => {
  test("is rebuilt around flat images, and keeps unknown properties", async () => {
    const { result, root } = await flattened(indexedLayout());
    expect(platformsOf(root.json)).toEqual(["amd64", "s390x"]);
    expect(root.text).toContain('"x-maker" : 1.0, ');
    expect(root.text).toContain('"annotations":{"k":"\\u0076"}');
    expect(result.images.map(({ platform, entries }) => [platform, entries.kept])).toEqual([
      ["linux/amd64", 2],
      ["linux/s390x", 2],
    ]);
    expect(result.diagnostics.map(({ rule }) => rule)).toEqual(["attestation-dropped", "attestation-dropped"]);
  });

  test("names manifests, configs and layers that are there and that belong together", async () => {
    const { root } = await flattened(indexedLayout());
    for (const entry of root.json.manifests as JsonObject[]) {
      const manifest = JSON.parse(readFileSync(join(folder.in("flat"), blobPath(entry.digest)), "utf8"));
      const config = JSON.parse(readFileSync(join(folder.in("flat"), blobPath(manifest.config.digest)), "utf8"));
      expect(config.architecture).toBe((entry.platform as JsonObject).architecture);
      expect([manifest.layers.length, config.rootfs.diff_ids.length]).toEqual([1, 1]);
      expect(config.history.map((step: JsonObject) => step.empty_layer ?? false)).toEqual([true, true, false]);
      expect(readFileSync(join(folder.in("flat"), blobPath(manifest.layers[0].digest))).length).toBe(
        manifest.layers[0].size,
      );
    }
  });

  test("says of every stage which platform it belongs to", async () => {
    const stages: string[] = [];
    await flattened(indexedLayout(), {
      onProgress: (event) => void (event.type === "started" && stages.push(`${event.stage} ${event.platform}`)),
    });
    expect(stages).toEqual(
      ["amd64", "s390x"].flatMap((cpu) => [`scan linux/${cpu}`, `plan linux/${cpu}`, `encode linux/${cpu}`]),
    );
  });

  test("becomes one manifest when one platform is asked for", async () => {
    const { result, root } = await flattened(indexedLayout(), { platforms: ["linux/s390x"] });
    expect(root.json).toHaveProperty("layers");
    expect(result.images.map(({ platform }) => platform)).toEqual(["linux/s390x"]);
  });

  test("stays the same when it is flattened again, but for what was left out", async () => {
    const once = await flattened(indexedLayout());
    const again = await flatten(`oci:${folder.in("flat")}`, `oci:${folder.in("again")}`);
    expect(again.digest).toBe(once.result.digest);
    expect(again.images.map(({ alreadyFlat }) => alreadyFlat)).toEqual([true, true]);
    expect(again.diagnostics).toEqual([]);
  });

  test("of one image with gzip and one with zstd, as podman makes it, keeps both", async () => {
    const { result, root } = await flattened(twiceCompressedLayout());
    const entries = root.json.manifests as JsonObject[];
    const layers = entries.map(({ digest }) => {
      const manifest = JSON.parse(readFileSync(join(folder.in("flat"), blobPath(digest)), "utf8"));
      return manifest.layers.map(({ mediaType }: JsonObject) => mediaType);
    });
    expect(layers).toEqual([
      ["application/vnd.oci.image.layer.v1.tar+gzip"],
      ["application/vnd.oci.image.layer.v1.tar+zstd"],
    ]);
    expect(entries.map(({ annotations }) => annotations)).toEqual([undefined, { [ZSTD]: "true" }]);
    expect(result.images.map(({ alreadyFlat }) => alreadyFlat)).toEqual([false, false]);
    const plan = await planFlatten(folder.in("layout"), `oci:${folder.in("planned")}:x`);
    expect(plan.images.map((each) => each.result.map(({ compression }) => compression))).toEqual([["gzip"], ["zstd"]]);
  });

  test("that an archive holds only in part gives that part", async () => {
    const path = writeArchive(folder.in("part.tar"), containerdExport("app:1", [amd64, s390x], [s390x]));
    const { result, root } = await flattened(path);
    expect(platformsOf(root.json)).toEqual(["s390x"]);
    const rules = result.diagnostics.map(({ rule, platform = "" }) => `${rule} ${platform}`.trim());
    expect(rules.sort()).toEqual(["attestation-dropped", "attestation-dropped", "platform-missing linux/amd64"]);
  });
});
