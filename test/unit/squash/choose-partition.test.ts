import { describe, expect, test } from "vitest";
import type { Image } from "../../../src/image/image.ts";
import { choosePartition, type PartitionRules } from "../../../src/squash/choose-partition.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const image = (...sizes: number[]): Promise<Image> =>
  loadFixture({ layers: sizes.map((size, at) => String(at).padEnd(size, ".")) });

async function partition(sizes: number[], rules: Partial<PartitionRules>): Promise<string> {
  const stretches = choosePartition(await image(...sizes), { baseLayers: 0, rewrites: false, ...rules });
  return stretches.map((each) => (each.kind === "keep" ? `${each.layer}` : `[${each.first}-${each.last}]`)).join(" ");
}

describe("choosePartition", () => {
  test.each<[string, Partial<PartitionRules>, string]>([
    ["nothing, which means all", {}, "[0-4]"],
    ["a range", { layers: "1-2" }, "0 [1-2] 3 4"],
    ["two ranges", { layers: ["0-1", "3-4"] }, "[0-1] 2 [3-4]"],
    ["a range of one layer, which stays", { layers: "2" }, "0 1 2 3 4"],
    ["one layer that is to be written anew", { layers: "2", rewrites: true }, "0 1 [2-2] 3 4"],
    ["a base", { base: "x", baseLayers: 2 }, "0 1 [2-4]"],
    ["a base with one layer above", { base: "x", baseLayers: 4 }, "0 1 2 3 4"],
    ["the base itself", { base: "x", baseLayers: 5 }, "0 1 2 3 4"],
    ["a number of layers", { maxLayers: 4 }, "0 1 [2-3] 4"],
    ["more layers than there are", { maxLayers: 9 }, "0 1 2 3 4"],
    ["one layer", { maxLayers: 1 }, "[0-4]"],
    ["a number of layers above a base", { base: "x", baseLayers: 3, maxLayers: 4 }, "0 1 2 [3-4]"],
    ["small layers", { mergeSmallerThan: 30 }, "0 [1-3] 4"],
    ["small layers above a base", { base: "x", baseLayers: 2, mergeSmallerThan: 30 }, "0 1 [2-3] 4"],
    [
      "what is cheapest, and the top where something is left out",
      { maxLayers: 4, rewrites: true, leavesOut: "--exclude" },
      "0 1 [2-3] [4-4]",
    ],
    [
      "a range up to the top where something is left out",
      { layers: "3-", rewrites: true, leavesOut: "--prune" },
      "0 1 2 [3-4]",
    ],
    ["small layers, and fewer than these leave", { mergeSmallerThan: 15, maxLayers: 3 }, "0 [1-3] 4"],
  ])("squashes %s", async (_, rules, expected) => {
    expect(await partition([40, 20, 10, 10, 50], rules)).toBe(expected);
  });

  test("gives an image without layers one, whatever is asked for (R9.3)", async () => {
    expect(await partition([], { maxLayers: 3 })).toBe("[0--1]");
    expect(await partition([], { base: "x" })).toBe("[0--1]");
  });

  test("splits one range, even of one layer", async () => {
    const stretches = choosePartition(await image(5, 5), { baseLayers: 1, base: "x", rewrites: false, split: 3 });
    expect(stretches).toEqual([
      { kind: "keep", layer: 0 },
      { kind: "squash", first: 1, last: 1, parts: 3 },
    ]);
  });

  test.each<[string, Partial<PartitionRules>, string]>([
    [
      "below the top",
      { layers: "1-2", leavesOut: "--exclude" },
      "--exclude and --layers contradict each other: what is in layers 3 to 4",
    ],
    [
      "below the topmost layer",
      { layers: "0-3", leavesOut: "--prune" },
      "--prune and --layers contradict each other: layer 4, which is the topmost one,",
    ],
    [
      "where all is the base",
      { base: "x", baseLayers: 5, leavesOut: "--prune" },
      "--prune and --base contradict each other",
    ],
  ])("refuses to leave something out %s", async (_, rules, message) => {
    await expect(partition([40, 20, 10, 10, 50], { ...rules, rewrites: true })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining(message),
    });
  });

  test("refuses fewer layers than the base has and one more", async () => {
    const many = partition([1, 1, 1, 1], { base: "x", baseLayers: 3, maxLayers: 3 });
    await expect(many).rejects.toThrow("--max-layers 3: --base keeps 3 layers as they are");
  });
});
