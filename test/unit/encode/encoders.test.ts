import { describe, expect, test } from "vitest";
import { createEncoder } from "../../../src/encode/encoders.ts";

describe("createEncoder", () => {
  test.each(["none", "gzip", "zstd"] as const)("makes an encoder of %s", (compression) => {
    expect(createEncoder(compression).compression).toBe(compression);
  });

  test.each([
    ["gzip", 0],
    ["gzip", 9],
    ["zstd", 1],
    ["zstd", 22],
  ] as const)("takes %s at level %s", (compression, level) => {
    expect(createEncoder(compression, level).compression).toBe(compression);
  });

  test.each([
    ["gzip", -1],
    ["gzip", 10],
    ["gzip", 1.5],
    ["zstd", 0],
    ["zstd", 23],
    ["none", 1],
  ] as const)("refuses %s at level %s", (compression, level) => {
    expect(() => createEncoder(compression, level)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});
