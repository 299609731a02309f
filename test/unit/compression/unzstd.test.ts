import { execFileSync } from "node:child_process";
import { constants, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { decompress as fzstd } from "fzstd";
import { describe, expect, test } from "vitest";
import { ZstdFrameWalker } from "../../../src/compression/zstd-frames.ts";
import { decompressed, sampleBytes } from "../../support/byte-streams.ts";
import { useSeed } from "../../support/seed.ts";
import { skippable } from "../../support/zstd-layers.ts";

useSeed();

const CONTENT = sampleBytes(700_000);
const SMALL = Buffer.from("a small file, a small file, and its end\n");
const CHUNKS = [undefined, 1000, 7, 1];
const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

describe("unzstd", () => {
  test.each([
    ["node:zlib", zstdCompressSync(CONTENT)],
    ["the zstd command from a file of unknown size", execFileSync("zstd", ["-19", "-c"], { input: CONTENT })],
    ["a long window", execFileSync("zstd", ["--long=27", "-c"], { input: CONTENT })],
    ["a window of 512 MiB", execFileSync("zstd", ["--long=29", "-c"], { input: CONTENT })],
    ["blocks of runs", zstdCompressSync(CONTENT, CHECKED)],
  ])("reads a frame made with %s, however it arrives", async (_, bytes) => {
    for (const size of CHUNKS.slice(0, 3)) {
      expect((await decompressed(bytes, size)).bytes?.equals(CONTENT)).toBe(true);
    }
  });

  test.each(CHUNKS)("reads all frames, skippable and empty ones among them (chunks of %s)", async (size) => {
    const frames = [
      skippable(5),
      zstdCompressSync(SMALL),
      zstdCompressSync(""),
      skippable(0, 15),
      skippable(900),
      zstdCompressSync(SMALL, CHECKED),
      skippable(3),
    ];
    const { bytes } = await decompressed(Buffer.concat(frames), size);
    expect(bytes?.toString()).toBe(SMALL.toString().repeat(2));
  });

  test("yields nothing for a stream of skippable frames only", async () => {
    expect((await decompressed(Buffer.concat([skippable(0), skippable(70_000)]))).bytes?.length).toBe(0);
  });

  test("reads thousands of tiny frames, as zstd:chunked has them", async () => {
    const frames = Array.from({ length: 3000 }, (_, index) => zstdCompressSync(`${index}\n`));
    const expected = Array.from({ length: 3000 }, (_, index) => `${index}\n`).join("");
    expect((await decompressed(Buffer.concat(frames), 65_536)).bytes?.toString()).toBe(expected);
  });

  test("refuses a stream that ends early, wherever it does", async () => {
    const frames = [zstdCompressSync(SMALL, CHECKED), skippable(3), zstdCompressSync(SMALL)];
    const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length);
    const bytes = Buffer.concat(frames);
    for (let length = 4; length < bytes.length; length++) {
      if (ends.includes(length)) continue;
      const outcome = await decompressed(bytes.subarray(0, length), 16);
      expect([length, outcome.code]).toEqual([length, "ZSTD_INVALID"]);
    }
  });

  test("refuses a large frame that lacks its last byte", async () => {
    const bytes = zstdCompressSync(CONTENT);
    expect(await decompressed(bytes.subarray(0, -1))).toMatchObject({ code: "ZSTD_INVALID" });
  });

  test.each(CHUNKS)("refuses anything but frames after a frame (chunks of %s)", async (size) => {
    for (const tail of ["\0", "x", "\x28", "\x28\xb5\x2f", "\0\0\0\0", "garbage", "\x1f\x8b\x08\0"]) {
      const bytes = Buffer.concat([zstdCompressSync(SMALL), Buffer.from(tail, "latin1")]);
      expect(await decompressed(bytes, size)).toMatchObject({ code: "ZSTD_INVALID" });
    }
  });

  test("refuses a window beyond 512 MiB and says so", async () => {
    const bytes = execFileSync("zstd", ["--long=30", "-c"], { input: CONTENT });
    expect(await decompressed(bytes)).toMatchObject({ code: "IMAGE_UNSUPPORTED" });
  });

  test("refuses a frame that needs a dictionary", async () => {
    const bytes = Buffer.from("28b52ffd010000010000", "hex");
    expect(
      await decompressed(Buffer.concat([bytes.subarray(0, 6), Buffer.from([7]), bytes.subarray(7)])),
    ).toMatchObject({
      code: "IMAGE_UNSUPPORTED",
    });
  });

  test.each([
    ["of a kind that there is not", 1 + 3 * 2 + 8],
    ["of more than 128 KiB", 1 + 131_073 * 8],
  ])("knows a block %s before anything decodes it", (_what, header) => {
    const frame = Buffer.from("28b52ffd2001000000", "hex");
    frame.writeUIntLE(header, 6, 3);
    expect(() => new ZstdFrameWalker().split(frame)).toThrow("a zstd block of an impossible kind or size");
  });

  test("refuses a wrong checksum", async () => {
    const bytes = Buffer.from(zstdCompressSync(CONTENT, CHECKED));
    bytes.writeUInt8(255 - bytes.readUInt8(bytes.length - 1), bytes.length - 1);
    expect(await decompressed(bytes, 5000)).toMatchObject({ code: "ZSTD_INVALID" });
  });

  test("never yields wrong content for damaged frames with checksums", async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 4000 }),
      damage,
      fc.integer({ min: 1, max: 5000 }),
      async (content, edits, size) => {
        const bytes = Buffer.from(zstdCompressSync(content, CHECKED));
        // The descriptor is not damaged, since it says whether there is a checksum.
        for (const [at, value] of edits) bytes[5 + (at % (bytes.length - 5))] = value;
        const outcome = await decompressed(bytes, size);
        if (outcome.code === undefined) expect(outcome.bytes?.equals(content)).toBe(true);
        else expect(["ZSTD_INVALID", "IMAGE_UNSUPPORTED"]).toContain(outcome.code);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test("agrees with an independent decoder on several frames", async () => {
    const bytes = Buffer.concat([zstdCompressSync(CONTENT), zstdCompressSync(SMALL)]);
    const first = fzstd(zstdCompressSync(CONTENT));
    expect((await decompressed(bytes)).bytes?.equals(Buffer.concat([first, SMALL]))).toBe(true);
  });
});
