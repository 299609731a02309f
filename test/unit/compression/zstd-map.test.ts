import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ZstdMap } from "../../../src/compression/zstd-map.ts";
import { sampleBytes } from "../../support/byte-streams.ts";
import { inFrames, skippable, zstdMap } from "../../support/zstd-layers.ts";

const KIB = 1024;
const CONTENT = sampleBytes(200 * KIB);

function rows({ length, blobStart, blobEnd, outStart }: ZstdMap): number[][] {
  return Array.from({ length }, (_, row) => [blobStart[row] ?? -1, blobEnd[row] ?? -1, outStart[row] ?? -1]);
}

describe("the map of a zstd blob", () => {
  test.each([1, 7, 4096, 1_000_000])("has a row for each frame, however it arrives (chunks of %s)", async (chunk) => {
    const frames = [50, 30, 120].map((kib, number) => {
      const start = [0, 50, 80][number] ?? 0;
      return zstdCompressSync(CONTENT.subarray(start * KIB, (start + kib) * KIB));
    });
    const [first = 0, second = 0, third = 0] = frames.map(({ length }) => length);
    expect(rows(await zstdMap(Buffer.concat(frames), chunk))).toEqual([
      [0, first, 0],
      [first, first + second, 50 * KIB],
      [first + second, first + second + third, 80 * KIB],
    ]);
  });

  test("leaves out skippable frames and empty ones", async () => {
    const frame = zstdCompressSync(CONTENT);
    const blob = Buffer.concat([skippable(9), zstdCompressSync(""), frame, skippable(100), frame]);
    const start = 17 + zstdCompressSync("").length;
    expect(rows(await zstdMap(blob))).toEqual([
      [start, start + frame.length, 0],
      [start + frame.length + 108, start + 2 * frame.length + 108, CONTENT.length],
    ]);
  });

  test("joins tiny frames into one row", async () => {
    const blob = inFrames(CONTENT, [100]);
    const map = await zstdMap(blob);
    expect(map.length).toBeLessThanOrEqual(13);
    expect([map.blobStart[0], map.blobEnd[map.length - 1]]).toEqual([0, blob.length]);
    for (let row = 1; row < map.length; row += 1) expect(map.blobStart[row]).toBe(map.blobEnd[row - 1]);
  });

  test("has few rows for tiny frames that skippable ones keep apart, and all that are worth copying", async () => {
    const tiny = Buffer.concat([zstdCompressSync("x"), skippable(0)]);
    const many = Buffer.concat(Array.from({ length: 1000 }, () => tiny));
    const frame = zstdCompressSync(CONTENT.subarray(0, 20 * KIB));
    const short = zstdCompressSync("short");
    const whole = frame.length + short.length;
    const start = many.length;
    const again = 2 * many.length + whole;
    expect(rows(await zstdMap(Buffer.concat([many, frame, short, many, frame])))).toEqual([
      [0, 0, 0],
      [start, start + frame.length, 1000],
      // The first of the tiny frames that follow adjoins this one.
      [start + frame.length, start + whole + 10, 1000 + 20 * KIB],
      [start + whole + 18, start + whole + 18, 1000 + 20 * KIB + 6],
      [again, again + frame.length, 2000 + 20 * KIB + 5],
    ]);
  });
});
