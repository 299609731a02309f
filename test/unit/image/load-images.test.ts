import { describe, expect, test } from "vitest";
import { holdsIndex, type LoadOptions, loadImages } from "../../../src/image/load-images.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { formatPlatform, hostPlatform } from "../../../src/oci/platform.ts";
import { type MemoryStore, memoryStore, storeImage, storeIndex, testContext } from "../../support/memory-source.ts";

const platformOf = (architecture: string, variant?: string) => ({
  os: "linux",
  architecture,
  ...(variant === undefined ? {} : { variant }),
});

/** An image for an architecture, named with its platform in the index. */
function imageFor(store: MemoryStore, architecture: string, variant?: string): Descriptor {
  const platform = platformOf(architecture, variant);
  return storeImage(store, {
    layers: [architecture, `${architecture} ${variant}`],
    config: platform,
    descriptor: { platform },
  });
}

async function load(store: MemoryStore, root: Descriptor, options: Partial<LoadOptions> & { local?: boolean } = {}) {
  const { local = false, ...rest } = options;
  const loaded = await loadImages(store.source(root, local), { all: true, ...rest }, testContext());
  return {
    ...loaded,
    platforms: loaded.images.map((image) => formatPlatform(image.platform)),
    rules: loaded.diagnostics.map((diagnostic) => diagnostic.rule),
  };
}

const host = formatPlatform(hostPlatform());
const other = host === "linux/amd64" ? "arm64" : "amd64";
const hostArchitecture = hostPlatform().architecture;

describe("a source that is one manifest", () => {
  test("gives its image whatever its platform, layers bottom first", async () => {
    const store = memoryStore();
    const root = storeImage(store, { layers: ["a", "b", "c"], config: { os: "linux", architecture: "s390x" } });
    const { images, index, platforms, rules } = await load(store, root, { all: false });
    expect([platforms, rules, index]).toEqual([["linux/s390x"], [], undefined]);
    expect(images[0]?.layers.map((layer) => layer.diffId)).toEqual(images[0]?.config.json.rootfs.diff_ids);
    expect(images[0]?.layers).toHaveLength(3);
  });

  test("is refused when another platform was asked for, naming the one that there is", async () => {
    const store = memoryStore();
    const root = storeImage(store, { config: { os: "linux", architecture: "arm64", variant: "v8" } });
    await expect(load(store, root, { platforms: ["linux/s390x"] })).rejects.toMatchObject({
      code: "PLATFORM_NOT_FOUND",
      details: { available: ["linux/arm64"], hint: "choose one of: linux/arm64" },
    });
    expect((await load(store, root, { platforms: ["linux/aarch64"] })).platforms).toEqual(["linux/arm64"]);
  });

  test("reads no layer", async () => {
    const store = memoryStore();
    const { images } = await load(store, storeImage(store));
    expect(store.reads).toEqual([images[0]?.manifest.descriptor.digest, images[0]?.config.descriptor.digest]);
  });
});

describe("a source that is an index", () => {
  test("gives all images in its order where several fit, and the index", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "s390x"), imageFor(store, "arm", "v7"), imageFor(store, "amd64")]);
    const { platforms, index, rules } = await load(store, root);
    expect([platforms, rules]).toEqual([["linux/s390x", "linux/arm/v7", "linux/amd64"], []]);
    expect(index?.document.descriptor).toEqual(root);
  });

  test("gives the platforms that are named, in the order of the index", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "s390x"), imageFor(store, "arm64"), imageFor(store, "amd64")]);
    const { platforms, index } = await load(store, root, { platforms: ["linux/amd64", "linux/arm64/v8"] });
    expect(platforms).toEqual(["linux/arm64", "linux/amd64"]);
    expect(index).toBeDefined();
  });

  test("gives one image and no index for one platform", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [
      imageFor(store, "arm", "v6"),
      imageFor(store, "arm", "v5"),
      imageFor(store, "386"),
    ]);
    const { platforms, index } = await load(store, root, { platforms: ["linux/arm"] });
    expect([platforms, index]).toEqual([["linux/arm/v6"], undefined]);
  });

  test("refuses several platforms where one image fits", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "amd64")]);
    const options = { all: false, platforms: ["linux/amd64", "linux/arm64"] };
    await expect(load(store, root, options)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    const twice = { all: false, platforms: ["linux/amd64", "linux/x86_64", "linux/amd64"] };
    expect((await load(store, root, twice)).platforms).toEqual(["linux/amd64"]);
  });

  test("names the platforms that there are when none is the one asked for", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "s390x"), imageFor(store, "arm", "v7")]);
    await expect(load(store, root, { platforms: ["linux/riscv64"] })).rejects.toMatchObject({
      code: "PLATFORM_NOT_FOUND",
      message: "no image for linux/riscv64",
      details: { available: ["linux/s390x", "linux/arm/v7"] },
    });
  });

  test("names the first ten of many platforms", async () => {
    const store = memoryStore();
    const variants = Array.from({ length: 200 }, (_, at) => imageFor(store, "arm", `v${at}`));
    await expect(load(store, storeIndex(store, variants), { platforms: ["linux/riscv64"] })).rejects.toMatchObject({
      details: { hint: expect.stringMatching(/^choose one of: linux\/arm\/v0, .*, linux\/arm\/v9, and 190 more$/) },
    });
  });

  test("gives the host's platform where one image fits, and says so", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, other), imageFor(store, hostArchitecture)]);
    const { platforms, index, diagnostics } = await load(store, root, { all: false });
    expect([platforms, index]).toEqual([[host], undefined]);
    const message = `The source holds images for several platforms; ${host} was selected, --platform selects another`;
    expect(diagnostics).toMatchObject([{ rule: "platform-chosen", platform: host, message }]);
  });

  test.each([
    ["one that holds indexes", { index: true }, {}, true],
    ["an archive", { index: false }, { allPlatforms: true }, false],
    ["an engine, unasked", { index: false, indexIfAsked: true }, {}, false],
    ["an engine that one is asked of", { index: false, indexIfAsked: true }, { platforms: [host] }, false],
    ["an engine that one is asked of twice", { index: false, indexIfAsked: true }, { platforms: [host, host] }, false],
    [
      "an engine that two are asked of",
      { index: false, indexIfAsked: true },
      { platforms: [host, "linux/s390x"] },
      true,
    ],
    ["an engine that all are asked of", { index: false, indexIfAsked: true }, { allPlatforms: true }, true],
  ])("can be used whole by a destination, or not: %s", (_, accepts, asked, all) => {
    expect(holdsIndex(accepts, asked)).toBe(all);
  });

  test("gives the only image there is where one fits, whatever its platform", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "s390x")]);
    const { platforms, diagnostics } = await load(store, root, { all: false });
    expect(platforms).toEqual(["linux/s390x"]);
    const message = `The source holds no image for ${host}; linux/s390x was selected`;
    expect(diagnostics).toMatchObject([{ rule: "platform-chosen", platform: "linux/s390x", message }]);
  });

  test("refuses to guess among several platforms that are not the host's", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "s390x"), imageFor(store, "riscv64")]);
    await expect(load(store, root, { all: false })).rejects.toMatchObject({ code: "PLATFORM_NOT_FOUND" });
  });

  test("reads images whose platform the index does not name", async () => {
    const store = memoryStore();
    const quiet = storeImage(store, { config: platformOf("riscv64") });
    const root = storeIndex(store, [imageFor(store, "s390x"), quiet]);
    expect((await load(store, root, { platforms: ["linux/riscv64"] })).platforms).toEqual(["linux/riscv64"]);
  });

  test("finds a manifest by each of the platforms that the index names it for, and takes it once", async () => {
    const store = memoryStore();
    const image = imageFor(store, "arm", "v6");
    const again = { ...image, platform: platformOf("arm", "v7") };
    const root = storeIndex(store, [image, again, imageFor(store, other)]);
    expect((await load(store, root)).platforms).toEqual(["linux/arm/v6", `linux/${other}`]);
    expect((await load(store, root, { platforms: ["linux/arm/v6"] })).platforms).toEqual(["linux/arm/v6"]);
    expect((await load(store, root, { platforms: ["linux/arm/v7"] })).platforms).toEqual(["linux/arm/v7"]);
    const both = await load(store, root, { platforms: ["linux/arm/v6", "linux/arm/v7"] });
    expect(both.images).toHaveLength(1);
  });

  test("reads a manifest that is listed twice only once", async () => {
    const store = memoryStore();
    const image = imageFor(store, "arm", "v7");
    const root = storeIndex(store, [image, { ...image, platform: platformOf("arm", "v8") }]);
    expect((await load(store, root)).images).toHaveLength(1);
    expect(store.reads.filter((digest) => digest === image.digest)).toHaveLength(1);
  });

  test("is refused if all platforms are required and only one image fits, or platforms are named too", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [imageFor(store, "amd64"), imageFor(store, "arm64")]);
    expect((await load(store, root, { allPlatforms: true })).platforms).toEqual(["linux/amd64", "linux/arm64"]);
    await expect(load(store, root, { allPlatforms: true, all: false })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      details: { hint: expect.stringContaining("docker://NAME or oci:DIR") },
    });
    await expect(load(store, root, { allPlatforms: true, platforms: ["linux/arm64"] })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
    });
  });
});

describe("an archive that holds a part of its index", () => {
  test("gives the images that are there, and says which are not", async () => {
    const store = memoryStore();
    const gone = imageFor(store, "s390x");
    store.remove(gone.digest);
    const { platforms, diagnostics } = await load(store, storeIndex(store, [gone, imageFor(store, "amd64")]));
    expect(platforms).toEqual(["linux/amd64"]);
    expect(diagnostics).toMatchObject([{ rule: "platform-missing", strict: false, platform: "linux/s390x" }]);
  });

  test("treats an image without all its layers as absent in a local source", async () => {
    const store = memoryStore();
    const hollow = imageFor(store, "s390x");
    const whole = imageFor(store, "amd64");
    const [image] = (await load(store, hollow)).images;
    store.remove(image?.layers[1]?.descriptor.digest ?? hollow.digest);
    const root = storeIndex(store, [hollow, whole]);
    const { platforms, rules } = await load(store, root, { local: true });
    expect([platforms, rules]).toEqual([["linux/amd64"], ["platform-missing"]]);
    await expect(load(store, root, { local: true, platforms: ["linux/s390x"] })).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      message: "the source does not hold layer 1 of the image",
    });
  });

  test("gives the only image that is there although the index names the host's", async () => {
    const store = memoryStore();
    const gone = imageFor(store, hostArchitecture);
    store.remove(gone.digest);
    const root = storeIndex(store, [gone, imageFor(store, other)]);
    const { platforms, rules } = await load(store, root, { all: false });
    expect([platforms, rules]).toEqual([[`linux/${other}`], ["platform-chosen"]]);
  });

  test("says what is missing when a platform was asked for that the index names", async () => {
    const store = memoryStore();
    const gone = imageFor(store, "s390x");
    store.remove(gone.digest);
    const root = storeIndex(store, [gone, imageFor(store, "amd64")]);
    await expect(load(store, root, { platforms: ["linux/s390x"] })).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      details: {
        platform: "linux/s390x",
        available: ["linux/amd64"],
        hint: "the source holds images for: linux/amd64",
      },
    });
  });

  test("names what is missing although another of its images cannot be flattened", async () => {
    const store = memoryStore();
    const gone = imageFor(store, "s390x");
    const windows = { os: "windows", architecture: "amd64" };
    const root = storeIndex(store, [
      gone,
      imageFor(store, "riscv64"),
      storeImage(store, { config: windows, descriptor: { platform: windows } }),
    ]);
    store.remove(gone.digest);
    await expect(load(store, root, { platforms: ["linux/s390x"] })).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      details: { platform: "linux/s390x", available: ["linux/riscv64"] },
    });
  });

  test("offers only what is there if no platform was named", async () => {
    const store = memoryStore();
    const gone = imageFor(store, hostArchitecture);
    store.remove(gone.digest);
    const root = storeIndex(store, [gone, imageFor(store, "s390x"), imageFor(store, "riscv64")]);
    await expect(load(store, root, { all: false })).rejects.toMatchObject({
      code: "PLATFORM_NOT_FOUND",
      details: { available: ["linux/s390x", "linux/riscv64"] },
    });
  });

  test("is refused when nothing is there", async () => {
    const store = memoryStore();
    const gone = imageFor(store, "s390x");
    store.remove(gone.digest);
    await expect(load(store, storeIndex(store, [gone]))).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });
});
