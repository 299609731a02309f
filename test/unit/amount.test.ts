import { describe, expect, test } from "vitest";
import { countOf, formatChange, formatCount, formatSize } from "../../src/amount.ts";

describe("formatSize", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1536, "1.54 kB"],
    [57_123_456, "57.1 MB"],
    [177_400_000, "177 MB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [8_589_934_592, "8.59 GB"],
    [2 ** 53, "9.01 PB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

describe("formatCount", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1_234_567, "1,234,567"],
  ])("%d is %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

test("countOf agrees in number", () => {
  expect([countOf(1, "entry", "entries"), countOf(0, "entry", "entries"), countOf(1200, "entry", "entries")]).toEqual([
    "1 entry",
    "0 entries",
    "1,200 entries",
  ]);
});

describe("formatChange", () => {
  test.each([
    [180, 150, "-16.7 %"],
    [100, 100, "0 %"],
    [0, 100, "0 %"],
    [100, 0, "-100 %"],
    [100, 150, "+50.0 %"],
    [1_000_000, 999_999, "0.0 %"],
    [1_000_000, 1_000_001, "0.0 %"],
  ])("from %d to %d is %s", (before, after, text) => {
    expect(formatChange(before, after)).toBe(text);
  });
});
