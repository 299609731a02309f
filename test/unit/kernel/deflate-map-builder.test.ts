import { describe, expect, test } from "vitest";
import { DeflateMapBuilder } from "../../../src/kernel/deflate-map-builder.ts";

describe("the map of a blob of tiny blocks", () => {
  test("has no more stretches than allowed for the size of its tar, and covers all of the tar", () => {
    const blocks = 3_000_000;
    const builder = new DeflateMapBuilder();
    for (let block = 0; block < blocks; block++) builder.add([block * 100, block * 100 + 90, block * 10, 0]);
    const map = builder.finish();
    expect(map.length).toBeLessThanOrEqual(65_536 + (blocks * 10) / 16_384 + 1);
    expect(new Set(map.kind)).toEqual(new Set([0, 3]));
    expect(map.outStart.every((start, row) => row === 0 || start > (map.outStart[row - 1] ?? 0))).toBe(true);
    expect(map.bitEnd[map.length - 1]).toBe((blocks - 1) * 100 + 90);
  });

  test("does not join large blocks", () => {
    const builder = new DeflateMapBuilder();
    for (let block = 0; block < 1000; block++) builder.add([block * 9, block * 9 + 9, block * 70_000, 0]);
    expect(builder.finish().length).toBe(1000);
  });
});
