import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cheapestMerges } from "../../../src/squash/cheapest-merges.ts";

const words = (sizes: number[], most: number, from = 0) =>
  cheapestMerges(sizes, { most, from })?.map(({ first, last }) => `${first}-${last}`);

describe("cheapestMerges", () => {
  test.each([
    [[1, 1, 1], 3, []],
    [[9, 1, 1, 9], 3, ["1-2"]],
    [[9, 1, 9, 1, 1, 9], 4, ["3-5"]],
    [[5, 5, 5, 5], 3, ["2-3"]],
    [[1, 9, 1, 9, 1, 9], 3, ["2-5"]],
    [[1, 2, 3], 1, ["0-2"]],
  ])("of layers of %j leaves %i: %j", (sizes, most, expected) => {
    expect(words(sizes, most)).toEqual(expected);
  });

  test("keeps the layers of a base, and reports if that is impossible", () => {
    expect(words([1, 1, 9, 9], 3, 2)).toEqual(["2-3"]);
    expect(words([1, 1, 9, 9], 2, 2)).toBeUndefined();
    expect(words([1, 1], 2, 2)).toEqual([]);
  });

  test("writes no more bytes than any other way", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), (layers, most) => {
        const found = cheapestMerges(layers, { most, from: 0 }) ?? [];
        const joints = layers.map((_, at) => found.some(({ first, last }) => first < at && at <= last));
        expect(cost(layers, joints)).toBe(leastCost(layers, Math.max(0, layers.length - most)));
      }),
      { numRuns: 100 },
    );
  });
});

/** All ways to join that many neighbours, one after the other. */
function leastCost(sizes: readonly number[], count: number): number {
  const ways = Array.from({ length: 2 ** Math.max(0, sizes.length - 1) }, (_, way) =>
    sizes.map((_, at) => at > 0 && Math.floor(way / 2 ** (at - 1)) % 2 === 1),
  );
  const fitting = ways.filter((joints) => joints.filter(Boolean).length === count);
  return Math.min(...fitting.map((joints) => cost(sizes, joints)));
}

function cost(sizes: readonly number[], joints: readonly boolean[]): number {
  return sizes.reduce((sum, size, at) => sum + (joints[at] || joints[at + 1] ? size : 0), 0);
}
