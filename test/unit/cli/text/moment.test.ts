import { describe, expect, test } from "vitest";
import { compareMoments, formatMoment } from "../../../../src/cli/text/moment.ts";

const PAST = "-1099511627776 s and 5 ns after 1970";
const FUTURE = "253402300800 s and 123456789 ns after 1970";
const LATER = "1099511627776 s and 0 ns after 1970";

describe("formatMoment", () => {
  test.each([
    ["2024-05-06T07:08:09.000000001Z", "minutes", "2024-05-06 07:08"],
    ["2024-05-06T07:08:09.000000001Z", "seconds", "2024-05-06 07:08:09"],
    [FUTURE, "minutes", "253402300800 s"],
    [PAST, "seconds", "-1099511627776 s"],
  ] as const)("%s in %s is %s", (time, precision, text) => {
    expect(formatMoment(time, precision)).toBe(text);
  });
});

test("compareMoments orders times of any year", () => {
  const times = [
    PAST,
    "1969-12-31T23:59:59.000000000Z",
    "2024-05-06T07:08:09.000000001Z",
    "2024-05-06T07:08:09.000000002Z",
    FUTURE,
    FUTURE.replace("123456789", "123456790"),
    LATER,
  ];
  expect(times.toReversed().toSorted(compareMoments)).toEqual(times);
});
