import { describe, expect, test } from "vitest";
import { formatAge, formatDuration, formatTimeLeft } from "../../../../src/cli/text/duration.ts";

describe("formatDuration", () => {
  test.each([
    [0, "0 ms"],
    [320.4, "320 ms"],
    [999.6, "1.0 s"],
    [9949, "9.9 s"],
    [9960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [200_000, "3 min 20 s"],
    [3_599_600, "1 h 00 min"],
    [3_720_000, "1 h 02 min"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe("formatAge", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");

  test.each([
    ["2026-11-21T11:59:59Z", "1 second ago"],
    ["2026-11-21T11:00:00Z", "60 minutes ago"],
    ["2026-11-20T12:00:00Z", "24 hours ago"],
    ["2026-11-14T12:00:00Z", "7 days ago"],
    ["2026-10-31T12:00:00Z", "3 weeks ago"],
    ["2026-05-21T12:00:00Z", "6 months ago"],
    ["1970-01-01T00:00:00Z", "56 years ago"],
    ["2030-01-01T00:00:00Z", "in the future"],
    ["not a time", "not a time"],
    ["", ""],
  ])("%s is %s", (time, text) => {
    expect(formatAge(time, now)).toBe(text);
  });

  test("is empty without a time", () => {
    expect([formatAge(undefined, now), formatAge(null, now)]).toEqual(["", ""]);
  });
});

test("formatTimeLeft rounds up and never says that no time is left", () => {
  expect([0, 200, 1001, 59_001, 3_720_000].map(formatTimeLeft)).toEqual([
    "1 s",
    "1 s",
    "2 s",
    "1 min 00 s",
    "1 h 02 min",
  ]);
});
