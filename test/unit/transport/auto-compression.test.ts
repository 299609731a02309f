import { describe, expect, test } from "vitest";
import { autoCompression } from "../../../src/transport/auto-compression.ts";

describe("autoCompression", () => {
  test.each([
    [["zstd"], "zstd"],
    [["gzip"], "gzip"],
    [["none"], "gzip"],
    [["gzip", "zstd"], "gzip"],
    [["none", "zstd"], "gzip"],
    [[], "gzip"],
  ] as const)("of layers of %j is %s", (source, expected) => {
    expect(autoCompression(new Set(source))).toBe(expected);
  });
});
