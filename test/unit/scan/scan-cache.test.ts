import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import { createFileCache } from "../../../src/bytes/file-cache.ts";
import { verified } from "../../../src/bytes/verified.ts";
import type { Context } from "../../../src/context.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { type DiffId, sha256 } from "../../../src/oci/digest.ts";
import { packScan, unpackScan } from "../../../src/scan/known-scan.ts";
import type { LayerIndex } from "../../../src/scan/layer-index.ts";
import { createScanBudget } from "../../../src/scan/scan-budget.ts";
import { layerIndex, type ScanFixtureOptions } from "../../support/layer-index.ts";
import { char, dir, file, hardlink, layer, pax, symlink, whiteout } from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const TAR = layer(
  dir("etc", { mode: 0o1777 }),
  file("etc/caf\xe9", "x".repeat(100_000), { xattrs: { "user.\xff": "\0\xff\n" } }),
  symlink("l", "../\xfe"),
  hardlink("h", "etc/caf\xe9"),
  char("c", 5, 1),
  sparse("s", [[5, "abc"]], { version: "1.0", size: 9000 }),
  pax([["comment", "x"]]),
  file("."),
  whiteout("gone"),
).tar();
const COMPRESS = {
  none: (tar: Uint8Array) => tar,
  gzip: (tar: Uint8Array) =>
    Buffer.concat([gzipSync(tar.subarray(0, 5000)), gzipSync(tar.subarray(5000)), Buffer.alloc(9)]),
  zstd: (tar: Uint8Array) =>
    Buffer.concat([zstdCompressSync(tar.subarray(0, 50_000)), zstdCompressSync(tar.subarray(50_000))]),
} as const;
type Compression = keyof typeof COMPRESS;

let context: Context & AsyncDisposable;
beforeEach(() => {
  mkdirSync(folder.in("scratch"));
  context = { ...transportContext(folder.in("scratch")), cache: createFileCache(folder.in("cache"), 1e9) };
});
afterEach(() => context[Symbol.asyncDispose]());

/** Number of blobs that were opened. */
let opened = 0;

function scan(compression: Compression, options: ScanFixtureOptions = {}): Promise<LayerIndex> {
  opened = 0;
  const blob = COMPRESS[compression](TAR);
  return layerIndex(blob, {
    diffId: sha256(TAR) as string as DiffId,
    open: () => {
      opened += 1;
      return verified(chunksOf(blob), { digest: sha256(blob), size: blob.length });
    },
    located: undefined,
    keep: { tar: true, blobs: compression === "zstd" ? "zstd" : "gzip" },
    context,
    ...options,
  });
}

async function allOf({ entries, tar, deflate, zstd, cached, ...index }: LayerIndex): Promise<object> {
  const bytes = async (of: AsyncIterable<Uint8Array>) => sha256(await collect(of, 1e9, "test"));
  return {
    ...{ ...index, entries: [...entries], tar: await bytes(tar.stream()) },
    deflate: deflate && { map: deflate.map, blob: await bytes(deflate.blob.stream()) },
    zstd: zstd && { map: zstd.map, blob: await bytes(zstd.blob.stream()) },
  };
}

const records = (): string[] =>
  readdirSync(folder.in("cache/planish")).map((name) => folder.in(`cache/planish/${name}`));

describe("a layer that the cache knows", () => {
  it.each(Object.keys(COMPRESS) as Compression[])(
    "is what a scan learns of it, compressed with %s",
    async (compression) => {
      const fresh = await scan(compression);
      const known = await scan(compression);
      expect([fresh.cached, known.cached]).toEqual([false, true]);
      expect(await allOf(known)).toEqual(await allOf(fresh));
      expect(fresh.diagnostics.length).toBeGreaterThan(0);
      expect(fresh.entries.length).toBe(7);
    },
  );

  it("is not opened if its bytes are not needed, or not yet", async () => {
    await scan("gzip", { keep: { tar: false, blobs: undefined } });
    expect(opened).toBe(1);
    const listed = await scan("gzip", { keep: { tar: false, blobs: undefined } });
    const later = await scan("gzip", { later: true });
    expect(opened).toBe(0);
    expect([listed.entries.length, later.entries.length, later.deflate?.map.length]).toEqual([7, 7, 2]);
    expect([listed.unread, later.unread]).toEqual([true, true]);
    expect(() => later.tar.stream()).toThrow("not asked to keep");
  });

  it("must still have the right digest when it is read", async () => {
    const known = await scan("gzip");
    const other = COMPRESS.gzip(TAR);
    other.writeUInt8(9, 500);
    const { digest, size } = known.descriptor;
    const open = () => verified(chunksOf(other), { digest, size });
    await expect(scan("gzip", { open })).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    await expect(
      scan("gzip", { open: () => verified(chunksOf(other.subarray(1)), { digest, size }) }),
    ).rejects.toMatchObject({
      code: "SIZE_MISMATCH",
    });
  });

  it("counts towards the limits as if it were scanned", async () => {
    const fresh = createScanBudget({ totalBytes: 1e9, entries: 1e9, attributeBytes: 1e9 });
    await scan("gzip", { budget: fresh });
    const [totalBytes = 0, entries = 0, attributeBytes = 0] = [...fresh.shared.spent].map(Number);
    const exact = { totalBytes, entries, attributeBytes };
    expect((await scan("gzip", { budget: createScanBudget(exact) })).cached).toBe(true);
    for (const limit of ["totalBytes", "entries", "attributeBytes"] as const) {
      const budget = createScanBudget({ ...exact, [limit]: exact[limit] - 1 });
      await expect(scan("gzip", { budget })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit } });
    }
    await expect(
      scan("gzip", { context: { ...context, limits: { ...DEFAULT_LIMITS, pathBytes: 5 } } }),
    ).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("is not found with another diffID", async () => {
    await scan("gzip");
    const diffId = sha256("other") as string as DiffId;
    await expect(scan("gzip", { diffId })).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    expect(records()).toHaveLength(1);
  });
});

describe("a cache", () => {
  it.each([
    ["damaged", (path: string) => writeFileSync(path, readFileSync(path).fill(0, 50, 60))],
    ["cut short", (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 1000))],
    ["gone", (path: string) => rmSync(path)],
  ])("whose record is %s is no cache for this layer, and knows it again afterwards", async (_, spoil) => {
    const first = await scan("gzip");
    for (const path of records()) spoil(path);
    const second = await scan("gzip");
    expect(second.cached).toBe(false);
    expect(await allOf(second)).toEqual(await allOf(first));
    expect((await scan("gzip")).cached).toBe(true);
  });

  it("that cannot be written gives a diagnostic, and the scan goes on", async () => {
    const broken = {
      directory: "/c",
      open: async () => {},
      get: async () => undefined,
      async [Symbol.asyncDispose]() {},
    };
    const full = createFileCache(folder.in("cache"), 1e9);
    await full.get("x");
    rmSync(folder.in("cache"), { recursive: true });
    const { diagnostics, entries } = await scan("gzip", {
      context: { ...context, cache: { ...broken, put: full.put.bind(full) } },
    });
    expect(entries.length).toBe(7);
    expect(diagnostics).toContainEqual(expect.objectContaining({ rule: "cache-not-written", strict: false }));
  });

  it("does not store invalid layers", async () => {
    const blob = gzipSync(TAR).subarray(0, -3);
    const open = () => chunksOf(blob);
    await expect(layerIndex(blob, { open, located: undefined, context })).rejects.toMatchObject({
      code: "GZIP_INVALID",
    });
    expect(records()).toEqual([]);
  });

  it("ignores damaged records", async () => {
    const page = { capacity: 1, fixed: new ArrayBuffer(64), text: new ArrayBuffer(16) };
    const entries = { length: 1, pages: [page], sparse: new Map([[0, Float64Array.of(1, 2, 3)]]) };
    const scanned = {
      size: 3,
      end: 2,
      trailerExact: true,
      spent: { bytes: 1, entries: 1, attributes: 1 },
      diagnostics: [],
    };
    const packed = Buffer.concat(
      packScan({ ...scanned, compression: "none", entries, map: undefined, frames: undefined }),
    );
    expect(unpackScan(packed)).toMatchObject(scanned);
    for (let length = 0; length < packed.length; length += 7)
      expect(unpackScan(packed.subarray(0, length))).toBeUndefined();
  });
});
