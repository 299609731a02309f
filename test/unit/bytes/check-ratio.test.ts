import { describe, expect, test } from "vitest";
import { checkRatio } from "../../../src/bytes/check-ratio.ts";

const MIB = 1024 * 1024;

describe("checkRatio", () => {
  test("does not check the first 100 MiB of output", () => {
    checkRatio({ plain: 100 * MIB, compressed: 1 }, 10);
    expect(() => checkRatio({ plain: 100 * MIB + 1, compressed: 1 }, 10)).toThrow("compressionRatio");
  });

  test("allows a ratio equal to the limit and refuses a higher one", () => {
    checkRatio({ plain: 200 * MIB, compressed: 2 * MIB }, 100);
    expect(() => checkRatio({ plain: 200 * MIB, compressed: 2 * MIB - 1 }, 100, { layer: 3 })).toThrow(
      expect.objectContaining({
        code: "LIMIT_EXCEEDED",
        message: expect.stringContaining("101 exceeds the limit of 100"),
        details: { limit: "compressionRatio", allowed: 100, actual: 101, layer: 3 },
      }),
    );
  });

  test("refuses output without any input", () => {
    expect(() => checkRatio({ plain: 200 * MIB, compressed: 0 }, 1e6)).toThrow("compressionRatio");
  });
});
