import { describe, expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";

describe("collect", () => {
  it("collects chunks in order, up to exactly the limit", async () => {
    const bytes = Buffer.alloc(2_500_000, "abc");
    expect(Buffer.compare(await collect(chunksOf(bytes), bytes.length, "configBytes"), bytes)).toBe(0);
    expect(await collect(chunksOf(new Uint8Array()), 0, "configBytes")).toHaveLength(0);
  });

  it("stops at the limit without reading on", async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) {
        pulled += 1;
        yield Buffer.alloc(1000);
      }
    }
    await expect(collect(endless(), 2500, "configBytes")).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { limit: "configBytes", allowed: 2500, actual: 3000 },
    });
    expect(pulled).toBe(3);
  });
});
