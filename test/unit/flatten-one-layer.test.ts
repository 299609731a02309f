import { beforeEach, describe, expect, test } from "vitest";
import { flatten } from "../../src/flatten.ts";
import type { FlattenOptions } from "../../src/flatten-options.ts";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { dir, file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

const BOTTOM = layer(dir("d"), file("d/a", "a".repeat(3000)), file("e", "e".repeat(3000)));
const ONE = image({ layers: [BOTTOM], compression: "gzip", tags: ["one:1"] });
const TWO = image({ layers: [BOTTOM, layer(file("f", "f"))], compression: "gzip", tags: ["two:1"] });
const [DIGEST = ""] = ONE.layers.map(({ oci }) => oci.digest);

let layout = "";
beforeEach(() => {
  layout = writeFolder(folder.in("layout"), ociLayout(ONE, TWO));
});

const of = (options: FlattenOptions) =>
  flatten(`oci:${layout}:one:1`, `oci:${folder.in("out")}:x`, { verify: true, ...options });
const named = (name: string) => ({ base: `oci:${folder.in("layout")}:${name}` });

describe("a range of an image of one layer", () => {
  test.each<[string, () => FlattenOptions]>([
    ["--layers 0", () => ({ layers: "0" })],
    ["--layers 0-", () => ({ layers: "0-" })],
    ["--layers -0", () => ({ layers: "-0" })],
    ["--layers first:1", () => ({ layers: "first:1" })],
    ["--layers last:9", () => ({ layers: "last:9" })],
    ["--layers by its digest", () => ({ layers: DIGEST })],
    ["--base with the same layer", () => named("one:1")],
    ["--base by its digest", () => ({ base: DIGEST.slice(7, 19) })],
    ["--max-layers 1", () => ({ maxLayers: 1 })],
    ["--max-layers 9", () => ({ maxLayers: 9 })],
    ["--max-layers 1 and --base with that layer", () => ({ maxLayers: 1, ...named("one:1") })],
    ["--merge-smaller-than", () => ({ mergeSmallerThan: 2 ** 40 })],
    ["--split 1", () => ({ split: 1 })],
    ["--split 2 and --base with that layer", () => ({ split: 2, ...named("one:1") })],
    ["--canonical and --base with that layer", () => ({ canonical: true, ...named("one:1") })],
  ])("is that layer, byte for byte, with %s", async (_, options) => {
    const { images, verified } = await of(options());
    expect(images[0]).toMatchObject({ alreadyFlat: true, after: { layers: [{ digest: DIGEST }] } });
    expect(verified?.equal).toBe(true);
  });

  test.each<[string, () => FlattenOptions, number]>([
    ["--split 2", () => ({ split: 2 }), 2],
    ["--split 2 --layers 0", () => ({ split: 2, layers: "0" }), 2],
    ["--layers 0 --exclude e", () => ({ layers: "0", exclude: ["e"] }), 1],
    ["--max-layers 1 --exclude e", () => ({ maxLayers: 1, exclude: ["e"] }), 1],
    ["--layers 0 --canonical", () => ({ layers: "0", canonical: true }), 1],
  ])("is written anew with %s", async (_, options, count) => {
    const { images, verified } = await of(options());
    expect(images[0]?.after.layers.map(({ kept }) => kept)).toEqual(Array.from({ length: count }, () => false));
    expect(verified?.equal).toBe(true);
  });

  test.each<[string, () => FlattenOptions, string]>([
    ["--layers 1", () => ({ layers: "1" }), "the image has one layer, 0"],
    ["--layers 0,0", () => ({ layers: "0,0" }), "0 and 0 have layers in common"],
    ["--base with more layers", () => named("two:1"), "does not start with the layers of"],
    ["--base auto, where nothing is below it", () => ({ base: "auto" }), "found no base"],
    [
      "--base with that layer and --exclude",
      () => ({ ...named("one:1"), exclude: ["e"] }),
      "all layers are the base's",
    ],
  ])("is refused for %s", async (_, options, message) => {
    const refused = { code: "ARGUMENT_INVALID", message: expect.stringContaining(message) };
    await expect(of(options())).rejects.toMatchObject(refused);
  });
});
