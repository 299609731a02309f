import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { verified } from "../../../src/bytes/verified.ts";
import { decompress } from "../../../src/compression/decompress.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { decompressed, gather, pieces, sampleBytes } from "../../support/byte-streams.ts";

const CONTENT = sampleBytes(6_000_000);
const FORMATS = [
  ["gzip", gzipSync(CONTENT, { level: 1 }), "GZIP_INVALID"],
  ["zstd", zstdCompressSync(CONTENT), "ZSTD_INVALID"],
] as const;

function ignore(): void {}

describe("decompress", () => {
  test("passes a plain tar through unchanged, including the bytes it was detected by", async () => {
    for (const size of [1, 4, 100_000]) {
      const { compression, stream } = await decompress(pieces(CONTENT.subarray(0, 5000), size), ignore);
      expect(compression).toBe("none");
      expect((await gather(stream)).equals(CONTENT.subarray(0, 5000))).toBe(true);
    }
  });

  test("treats an empty blob as an empty tar", async () => {
    expect(await decompressed(new Uint8Array(0))).toMatchObject({ code: undefined, bytes: Buffer.alloc(0) });
  });

  test.each([
    ["bzip2", "BZh91AY&SY"],
    ["xz", "\xfd7zXZ\0\0\x04"],
  ])("refuses %s with a hint, and closes the blob", async (name, head) => {
    const blob = watchedBlob(Buffer.from(head, "latin1"), 4);
    const refused = expect.objectContaining({
      code: "IMAGE_UNSUPPORTED",
      details: { hint: expect.stringContaining(name) },
    });
    await expect(decompress(blob.stream, ignore)).rejects.toEqual(refused);
    expect(blob.closed()).toBe(true);
  });

  test.each(FORMATS)("detects %s and streams its content", async (name, bytes) => {
    const { compression, stream } = await decompress(pieces(bytes, 65_536), ignore);
    expect(compression).toBe(name);
    expect((await gather(stream)).equals(CONTENT)).toBe(true);
  });

  test.each(FORMATS)("closes the blob of %s when the consumer stops early", async (_, bytes) => {
    const blob = watchedBlob(bytes, 10_000);
    const { stream } = await decompress(blob.stream, ignore);
    for await (const _chunk of stream) break;
    expect(blob.closed()).toBe(true);
    expect(blob.taken()).toBeLessThan(bytes.length);
  });

  test.each(FORMATS)(
    "gives a wrong digest of %s precedence over the damage that comes of it",
    async (_, bytes, code) => {
      const expected = { digest: sha256(bytes), size: bytes.length };
      const damaged = Buffer.from(bytes).fill(0x55, 20_000, 20_100);
      expect((await decompressed(damaged, 4096)).code).toBe(code);
      const { stream } = await decompress(verified(pieces(damaged, 4096), expected), ignore);
      await expect(gather(stream)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    },
  );

  test.each(FORMATS)("reports the wrong size of a truncated blob of %s rather than the damage", async (_, bytes) => {
    const expected = { digest: sha256(bytes), size: bytes.length };
    const { stream } = await decompress(verified(pieces(bytes.subarray(0, -40_000), 4096), expected), ignore);
    await expect(gather(stream)).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
  });

  test.each(FORMATS)("passes an error of the blob of %s through unchanged", async (_, bytes) => {
    const failure = new Error("the line is dead");
    async function* failing(): ByteStream {
      yield bytes.subarray(0, 50_000);
      throw failure;
    }
    const { stream } = await decompress(failing(), ignore);
    await expect(gather(stream)).rejects.toBe(failure);
  });

  test.each(FORMATS)("reads %s at most a few MiB ahead of a slow consumer", async (_, bytes) => {
    const blob = watchedBlob(bytes, 4096);
    const { stream } = await decompress(blob.stream, ignore);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(blob.taken()).toBeLessThan(bytes.length * 0.6);
    await iterator.return?.();
  });
});

function watchedBlob(bytes: Uint8Array, size: number) {
  let taken = 0;
  let closed = false;
  async function* stream(): ByteStream {
    try {
      for await (const piece of pieces(bytes, size)) {
        taken += piece.length;
        yield piece;
      }
    } finally {
      closed = true;
    }
  }
  return { stream: stream(), taken: () => taken, closed: () => closed };
}
