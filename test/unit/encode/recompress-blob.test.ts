import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import { recompressBlob } from "../../../src/encode/recompress-blob.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/limits.ts";
import { type DiffId, sha256 } from "../../../src/oci/digest.ts";
import { createScanBudget } from "../../../src/scan/scan-budget.ts";

const tar = Buffer.from("a tar, or what passes for one\n".repeat(100_000));
const diffId = sha256(tar) as string as DiffId;

interface Wanted {
  readonly blob?: Uint8Array;
  readonly of?: DiffId;
  readonly limits?: Partial<Limits>;
  readonly concurrency?: number;
}

async function recompress(compression: "none" | "gzip" | "zstd", wanted: Wanted = {}) {
  const { blob = gzipSync(tar), of = diffId, limits = {}, concurrency = 1 } = wanted;
  const all = { ...DEFAULT_LIMITS, ...limits };
  const context = { signal: new AbortController().signal, limits: all, concurrency };
  const budget = createScanBudget(all);
  const input = { layer: 3, diffId: of, budget, open: () => chunksOf(blob) };
  const encoding = recompressBlob(input, compression, context);
  const bytes = await collect(encoding.stream, 1e9, "test");
  return { bytes, layer: encoding.result() };
}

describe("a layer that is recompressed", () => {
  test.each([
    ["gzip", gunzipSync],
    ["zstd", zstdDecompressSync],
    ["none", (bytes: Uint8Array) => bytes],
  ] as const)("with %s has the same tar, and reports what it is", async (compression, inflate) => {
    for (const blob of [gzipSync(tar), zstdCompressSync(tar), tar]) {
      const { bytes, layer } = await recompress(compression, { blob });
      expect(Buffer.compare(inflate(bytes), tar)).toBe(0);
      expect(layer).toMatchObject({
        compression,
        digest: sha256(bytes),
        size: bytes.length,
        diffId,
        uncompressedSize: tar.length,
      });
    }
  });

  test("has the same bytes for any concurrency", async () => {
    const [one, eight] = [await recompress("gzip"), await recompress("gzip", { concurrency: 8 })];
    expect(eight.layer.digest).toBe(one.layer.digest);
  });

  test("is refused if it does not match its diffID, or is damaged", async () => {
    const of = sha256("another") as string as DiffId;
    await expect(recompress("zstd", { of })).rejects.toMatchObject({ code: "DIGEST_MISMATCH", details: { layer: 3 } });
    const cut = gzipSync(tar).subarray(0, -9);
    await expect(recompress("zstd", { blob: cut })).rejects.toMatchObject({ code: "GZIP_INVALID" });
  });

  test("is refused if it exceeds the limits", async () => {
    const limited = recompress("zstd", { limits: { totalBytes: 1_000_000 } });
    await expect(limited).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "totalBytes", layer: 3 } });
    const bomb = Buffer.alloc(101 * 1024 * 1024);
    const bombed = recompress("none", {
      blob: gzipSync(bomb),
      of: sha256(bomb) as string as DiffId,
      limits: { compressionRatio: 500 },
    });
    await expect(bombed).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "compressionRatio" } });
  });
});
