import { describe, expect, test } from "vitest";
import { checkOptions } from "../../src/check-options.ts";
import type { FlattenOptions } from "../../src/flatten-options.ts";

describe("checkOptions", () => {
  test.each<[FlattenOptions, string]>([
    [{ layers: "1-2", base: "auto" }, "--layers and --base contradict each other"],
    [{ layers: "1-2", maxLayers: 3 }, "--layers and --max-layers contradict each other"],
    [{ layers: "1-2", mergeSmallerThan: 3 }, "--layers and --merge-smaller-than contradict each other"],
    [{ split: 3, maxLayers: 3 }, "--split and --max-layers contradict each other"],
    [{ split: 3, mergeSmallerThan: 3 }, "--split and --merge-smaller-than contradict each other"],
    [{ message: "m", history: "none" }, "--message and --history none contradict each other"],
    [{ created: "now" }, '--created, --timestamp: "now" is not an RFC 3339 time such as'],
    [{ created: "2026-01-31 12:00:00" }, "--timestamp"],
    [{ created: "2026-01-31t12:00:00z" }, "--timestamp"],
    [{ created: "2026-02-30T00:00:00Z" }, "--timestamp"],
    [{ created: "" }, "--timestamp"],
  ])("refuses %j", (options, message) => {
    expect(() => checkOptions(options)).toThrow(message);
  });

  test("takes what goes together", () => {
    checkOptions({ base: "auto", maxLayers: 5, mergeSmallerThan: 1000, prune: ["apt"] });
    checkOptions({});
  });
});
