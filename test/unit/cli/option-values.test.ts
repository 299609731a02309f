import { describe, expect, test } from "vitest";
import { addLimit, byteSize, sourceDateEpoch, timestamp, wholeNumber } from "../../../src/cli/option-values.ts";

describe("--limit", () => {
  test.each([
    ["totalBytes=512GiB", { totalBytes: 549_755_813_888 }],
    ["totalBytes=1.5GB", { totalBytes: 1_500_000_000 }],
    ["totalBytes=1.1GiB", { totalBytes: 1_181_116_006 }],
    ["manifestBytes=4096", { manifestBytes: 4096 }],
    ["entries=20000000", { entries: 20_000_000 }],
  ])("%s is read", (text, limits) => {
    expect(addLimit(text)).toEqual(limits);
  });

  test("is repeatable, and the last value of a name counts", () => {
    expect(addLimit("layers=3", addLimit("entries=2", addLimit("layers=1")))).toEqual({ layers: 3, entries: 2 });
  });

  test.each([
    "entries",
    "entries=",
    "entries=-1",
    "entries=0",
    "entries=1k",
    "totalBytes=10m",
    "toString=1",
    "totalBytes=1e9",
    "totalBytes=9PB",
    "totalBytes=0.3B",
    "totalBytes=0.0001kB",
    "entries=1.5",
  ])("%s is refused", (text) => {
    expect(() => addLimit(text)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

test.each([
  ["entries=-1", '--limit: "entries=-1" is not a whole number of 1 or more'],
  ["totalBytes=ten", '--limit: "totalBytes=ten" is not a size such as totalBytes=64MiB or 10GB'],
  ["entry=1", '--limit: "entry=1" is not NAME=VALUE, where NAME is one of totalBytes, '],
])("what is wrong with --limit %s is said", (text, message) => {
  expect(() => addLimit(text)).toThrow(message);
});

describe("--cache-size", () => {
  const read = byteSize("--cache-size");

  test.each([
    ["4096", 4096],
    ["0", 0],
    ["1.5 GB", 1_500_000_000],
    ["64MiB", 67_108_864],
    ["0.1MiB", 104_858],
  ])("%s is read", (text, bytes) => {
    expect(read(text)).toBe(bytes);
  });

  test.each(["", "-1", "many", "1k", "0.3", "9e9", "MiB"])("%j is refused", (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("--timestamp", () => {
  test.each(["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456789+02:00", "yesterday", "-1", ""])(
    "%j is kept as typed",
    (text) => {
      expect(timestamp(text)).toBe(text);
    },
  );

  test("seconds since 1970 become a time", () => {
    expect(timestamp("1700000000")).toBe("2023-11-14T22:13:20Z");
  });

  test("seconds beyond the year 9999 are refused", () => {
    expect(() => timestamp("999999999999")).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("SOURCE_DATE_EPOCH", () => {
  test("is a time in UTC, or undefined", () => {
    expect(sourceDateEpoch({ SOURCE_DATE_EPOCH: "1700000000" })).toBe("2023-11-14T22:13:20Z");
    expect(sourceDateEpoch({ SOURCE_DATE_EPOCH: "0" })).toBe("1970-01-01T00:00:00Z");
    expect(sourceDateEpoch({})).toBeUndefined();
  });

  test.each(["-1", "1.5", "1e9", "99999999999999"])("%s is refused", (text) => {
    expect(() => sourceDateEpoch({ SOURCE_DATE_EPOCH: text })).toThrow(/SOURCE_DATE_EPOCH/);
  });
});

test("a whole number has a least value", () => {
  const read = wholeNumber("--concurrency", 1);
  expect(read("8")).toBe(8);
  for (const text of ["0", "-1", "1.5", "two", "", "0x10"]) expect(() => read(text)).toThrow(/--concurrency/);
});
