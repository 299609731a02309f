import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blocksOf } from "../../../src/bytes/blocks.ts";
import { useSeed } from "../../support/seed.ts";

useSeed();

async function* streamOf(chunks: readonly Uint8Array[]) {
  yield* chunks;
}

describe("blocksOf", () => {
  test("cuts chunks of any size into equal blocks and a last one with the rest", async () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 12 });
    const property = fc.asyncProperty(chunks, fc.integer({ min: 1, max: 50 }), async (given, size) => {
      const blocks: Uint8Array[] = [];
      for await (const block of blocksOf(streamOf(given), size)) blocks.push(block);
      expect(Buffer.concat(blocks).equals(Buffer.concat(given))).toBe(true);
      expect(blocks.slice(0, -1).every((block) => block.length === size)).toBe(true);
      expect(blocks.every((block) => block.length > 0)).toBe(true);
    });
    await fc.assert(property);
  });
});
