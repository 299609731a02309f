import { describe, expect, test } from "vitest";
import { loadImages } from "../../../src/image/load-images.ts";
import type { Limits } from "../../../src/limits.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { DOCKER_CONFIG, OCI_CONFIG, OCI_MANIFEST } from "../../../src/oci/media-type.ts";
import { formatPlatform, hostPlatform } from "../../../src/oci/platform.ts";
import {
  type ImageFixture,
  type MemoryStore,
  memoryStore,
  storeImage,
  testContext,
} from "../../support/memory-source.ts";

function loadFrom(store: MemoryStore, root: Descriptor, { platforms, limits }: Asked = {}) {
  return loadImages(store.source(root), { all: true, platforms }, testContext(limits));
}

interface Asked {
  readonly platforms?: readonly string[];
  readonly limits?: Partial<Limits>;
}

async function load(fixture: ImageFixture, asked?: Asked) {
  const store = memoryStore();
  const [image] = (await loadFrom(store, storeImage(store, fixture), asked)).images;
  if (image === undefined) throw new Error("no image");
  return image;
}

const FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

describe("what cannot be flattened is refused with its reason", () => {
  test.each<[string, ImageFixture, RegExp]>([
    ["Windows", { config: { os: "windows", architecture: "amd64" } }, /for Windows/],
    ["encryption", { layerType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" }, /layer 0 is encrypted/],
    ["EROFS", { layerType: "application/vnd.erofs.layer.v1" }, /EROFS/],
    ["an artifact", { configType: "application/vnd.cncf.helm.config.v1+json" }, /an artifact \(config of type "app/],
    ["an empty config", { configType: "application/vnd.oci.empty.v1+json" }, /an artifact/],
    ["a signature", { layerType: "application/vnd.dev.cosign.simplesigning.v1+json" }, /an artifact/],
    ["an attestation by its layers", { layerType: "application/vnd.in-toto+json" }, /an attestation/],
    ["an attestation by its platform", { config: { os: "unknown", architecture: "unknown" } }, /an attestation/],
    ["schema 1", { manifest: { schemaVersion: 1, fsLayers: [] } }, /schema 1/],
  ])("%s", async (_, fixture, message) => {
    await expect(load(fixture)).rejects.toMatchObject({
      code: "IMAGE_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });

  test("something that is not a manifest", async () => {
    const store = memoryStore();
    await expect(loadFrom(store, store.put("text/plain", "hello"))).rejects.toMatchObject({
      code: "IMAGE_UNSUPPORTED",
      message: 'not an image: "text/plain"',
    });
  });

  test("a foreign layer that is not in the source", async () => {
    const store = memoryStore();
    const root = storeImage(store, { family: "docker", layerType: FOREIGN });
    store.remove(sha256("upper"));
    await expect(loadFrom(store, root)).rejects.toMatchObject({
      code: "IMAGE_UNSUPPORTED",
      message: expect.stringContaining("layer 1 is foreign"),
    });
  });
});

describe("what contradicts itself is refused", () => {
  const rootfs = { type: "layers", diff_ids: [sha256("lower")] };

  test("a config that names fewer diffIDs than the manifest layers", async () => {
    await expect(
      load({ config: JSON.stringify({ os: "linux", architecture: "amd64", rootfs }) }),
    ).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: "the image config names 1 diffIDs, the manifest 2 layers",
    });
  });

  test("more layers than the limit", async () => {
    await expect(load({}, { limits: { layers: 1 } })).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { limit: "layers", allowed: 1, actual: 2 },
    });
  });

  test("a config larger than the limit, before it is read", async () => {
    const store = memoryStore();
    const config = { mediaType: OCI_CONFIG, digest: sha256("huge"), size: 9 * 1024 * 1024 };
    const root = storeImage(store, { manifest: { config } });
    await expect(loadFrom(store, root)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(store.reads).not.toContain(config.digest);
  });

  test("a config that holds other bytes than its digest", async () => {
    const store = memoryStore();
    const root = storeImage(store);
    const short = { ...root, size: root.size - 1 };
    await expect(loadFrom(store, short)).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
  });
});

describe("what can be flattened with a diagnostic", () => {
  test("a foreign layer that is here", async () => {
    const image = await load({ family: "docker", layerType: FOREIGN });
    expect(image.diagnostics.map(({ rule, layer }) => [rule, layer])).toEqual([
      ["foreign-layer", 0],
      ["foreign-layer", 1],
    ]);
  });

  test("an image that names no platform: the host's is assumed, or the one asked for", async () => {
    const image = await load({ config: {} });
    expect(formatPlatform(image.platform)).toBe(formatPlatform(hostPlatform()));
    expect(image.diagnostics).toMatchObject([{ rule: "platform-assumed" }]);
    const asked = await load({ config: { os: "", architecture: null } }, { platforms: ["linux/arm/v6"] });
    expect(asked.platform).toEqual({ os: "linux", architecture: "arm", variant: "v6" });
  });

  test.each([
    ["architecture", { os: "linux" }, "linux/arm/v6"],
    ["system", { architecture: "arm64" }, "linux/arm64"],
  ])("an image that does not say for which %s it is", async (_, config, assumed) => {
    const { diagnostics } = await load({ config }, { platforms: [assumed] });
    const message = `The image does not say which platform it is for; ${assumed} is assumed`;
    expect(diagnostics).toMatchObject([{ rule: "platform-assumed", strict: false, platform: assumed, message }]);
  });

  test("an image whose index names its platform", async () => {
    const platform = { os: "linux", architecture: "arm64", variant: "v8" };
    const image = await load({ config: {}, descriptor: { platform } });
    expect([image.platform, image.diagnostics]).toEqual([platform, []]);
  });

  test("a blob among the layers that is not a layer", async () => {
    const store = memoryStore();
    const layer = store.put("application/vnd.oci.image.layer.v1.tar", "only");
    const note = store.put("text/plain", "note");
    const config = store.put(OCI_CONFIG, {
      os: "linux",
      architecture: "amd64",
      rootfs: { type: "layers", diff_ids: [layer.digest] },
    });
    const root = store.put(OCI_MANIFEST, { schemaVersion: 2, config, layers: [note, layer] });
    const [image] = (await loadFrom(store, root)).images;
    expect(image?.layers.map((found) => found.descriptor.digest)).toEqual([layer.digest]);
    expect(image?.diagnostics).toMatchObject([{ rule: "non-layer-dropped" }]);
  });
});

test("an image without layers is one", async () => {
  const image = await load({ layers: [], config: { os: "linux", architecture: "amd64" } });
  expect(image.layers).toEqual([]);
});

test.each([
  ["oci" as const, OCI_CONFIG],
  ["docker" as const, DOCKER_CONFIG],
  ["docker" as const, "application/octet-stream"],
  ["docker" as const, "application/json"],
  ["docker" as const, "text/html"],
])("an image of the %s family with a config of type %s is one", async (family, configType) => {
  expect((await load({ family, configType })).family).toBe(family);
});
