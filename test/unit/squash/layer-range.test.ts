import { beforeAll, describe, expect, test } from "vitest";
import type { Image } from "../../../src/image/image.ts";
import { checkRanges, layerRanges } from "../../../src/squash/layer-range.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const steps = [{}, { empty_layer: true }, {}, {}, { empty_layer: true }, {}, { empty_layer: true }];
let image: Image;

beforeAll(async () => {
  const history = steps.map((step, at) => ({ created_by: `step ${at}`, ...step }));
  image = await loadFixture({
    layers: ["a", "b", "c", "d"],
    config: { os: "linux", architecture: "amd64", history },
  });
});

const ranges = (...texts: string[]) => layerRanges(texts, image).map(({ first, last }) => `${first}-${last}`);
const digest = (layer: number): string => image.layers[layer]?.descriptor.digest ?? "";

describe("layerRanges", () => {
  test.each([
    ["1-2", "1-2"],
    ["2", "2-2"],
    ["1-", "1-3"],
    ["-2", "0-2"],
    ["first:3", "0-2"],
    ["last:3", "1-3"],
    ["last:9", "0-3"],
    [" 1 - 2 ", "1-2"],
  ])("reads %s", (text, expected) => {
    expect(ranges(text.replaceAll(" ", ""))).toEqual([expected]);
  });

  test("reads several, joined by commas or not, in any order", () => {
    expect(ranges("2-3,0-1")).toEqual(["0-1", "2-3"]);
    expect(ranges("2-3", "0")).toEqual(["0-0", "2-3"]);
  });

  test("takes digests, whole or their first digits, for either end", () => {
    expect(ranges(`${digest(1)}-${digest(2)}`)).toEqual(["1-2"]);
    expect(ranges(`${digest(1).slice(7, 19)}-`)).toEqual(["1-3"]);
    expect(ranges(`0-${digest(2).slice(0, 20)}`)).toEqual(["0-2"]);
  });

  test("takes entries of the history, and the next layer inside the range for one without", () => {
    expect(ranges("history:2-history:3")).toEqual(["1-2"]);
    expect(ranges("history:1-")).toEqual(["1-3"]);
    expect(ranges("0-history:4")).toEqual(["0-2"]);
  });

  test.each([
    ["2-1", "holds no layer"],
    ["1-9", "goes beyond its layers"],
    ["last:0", "holds no layer"],
    ["x", "is no layer"],
    ["", "is not a range"],
    ["1-2-3", "is not a range"],
    ["00000000ff", "of any of its layers"],
    ["history:7", "beyond its history"],
    ["history:6-", "made no layer"],
  ])("refuses %j", (text, message) => {
    expect(() => ranges(text)).toThrow(message);
  });

  test.each([
    ["1", '"1" goes beyond its layers; the image has one layer, 0'],
    ["1-", '"1-" holds no layer; the image has one layer, 0'],
    ["history:1", '"history:1" is beyond its history of 1 entry; the image has one layer, 0'],
  ])("refuses %j for an image of one layer", async (text, message) => {
    const one = await loadFixture({
      layers: ["a"],
      config: { os: "linux", architecture: "amd64", history: [{ created_by: "ADD a" }] },
    });
    expect(() => layerRanges([text], one)).toThrow(message);
  });

  test("refuses ranges that overlap, and names both", () => {
    expect(() => ranges("0-2", "2-3")).toThrow("--layers: 0-2 and 2-3 have layers in common");
  });
});

describe("checkRanges", () => {
  const check = (...texts: string[]) =>
    checkRanges(
      texts,
      image.layers.map(({ diffId }) => diffId),
    );
  const diffId = (layer: number): string => image.layers[layer]?.diffId ?? "";

  test.each(["1-9", "x", "00000000ff", "2-1", "0-2,2-3", "1-9,history:1"])("refuses %j by diffIDs alone", (text) => {
    expect(() => check(text)).toThrow("--layers: ");
  });

  test("accepts what may be right, and what depends on the history", () => {
    for (const text of [
      "1-2",
      "last:9",
      `${diffId(1)}-${diffId(2).slice(7, 19)}`,
      "history:99",
      "0,history:2-history:3",
    ]) {
      expect(() => check(text)).not.toThrow();
    }
  });
});
