import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { zstd } from "../../../src/encode/zstd.ts";
import { gather, pieces, sampleBytes } from "../../support/byte-streams.ts";

const options = { level: 3, concurrency: 2, signal: new AbortController().signal };
const MIB = 1024 * 1024;
const CONTENT = sampleBytes(5 * MIB);

describe("zstd", () => {
  test.each([
    [0, 1],
    [1, 1],
    [2 * MIB, 1],
    [2 * MIB + 1, 2],
    [5 * MIB, 3],
  ])("writes %s bytes as %s frames with content size and checksum, and no empty one", async (length, frames) => {
    const blob = await gather(zstd(pieces(CONTENT.subarray(0, length), 300_000), options));
    expect(frameCount(blob)).toBe(frames);
    const decoded = execFileSync("zstd", ["-dc"], { input: blob, maxBuffer: 16 * MIB });
    expect(decoded.equals(CONTENT.subarray(0, length))).toBe(true);
    // Single segment or not, the size is in the header (top bits), and the checksum flag is set.
    expect(Math.floor(blob.readUInt8(4) / 4) % 2).toBe(1);
    expect(blob.readUInt8(4)).toBeGreaterThanOrEqual(32);
  });

  test("does not depend on how its input is cut into chunks", async () => {
    const [first, second] = await Promise.all([MIB, 4099].map((size) => gather(zstd(pieces(CONTENT, size), options))));
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
  });
});

function frameCount(blob: Buffer): number {
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  let count = 0;
  for (let at = blob.indexOf(magic); at >= 0; at = blob.indexOf(magic, at + 1)) count += 1;
  return count;
}
