import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { detectCompression } from "../../../src/compression/detect.ts";

describe("detectCompression", () => {
  test.each([
    ["gzip", gzipSync("x")],
    ["zstd", zstdCompressSync("x")],
    ["zstd", Buffer.from("502a4d1800000000", "hex")],
    ["zstd", Buffer.from("5f2a4d1800000000", "hex")],
    ["bzip2", Buffer.from("BZh91AY&SY")],
    ["xz", Buffer.from("fd377a585a000004", "hex")],
    ["none", Buffer.alloc(1024)],
    ["none", new Uint8Array(0)],
    ["none", Buffer.from("1f8b", "hex")],
    ["none", Buffer.from("602a4d1800000000", "hex")],
    ["none", Buffer.from("etc/hosts")],
  ] as const)("says %s by magic number", (compression, bytes) => {
    expect(detectCompression(bytes)).toBe(compression);
  });
});
