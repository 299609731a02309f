import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import { createScratch, type Scratch } from "../../../src/bytes/scratch.ts";
import { verified } from "../../../src/bytes/verified.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { type DiffId, sha256 } from "../../../src/oci/digest.ts";
import { createByteCounter } from "../../../src/scan/byte-counter.ts";
import { createScanBudget } from "../../../src/scan/scan-budget.ts";
import { layerIndex, type ScanFixtureOptions } from "../../support/layer-index.ts";
import { dir, file, hardlink, type LayerFixture, layer, layerWith, symlink } from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";

const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
const LAYER = layer(dir("etc"), file("etc/hosts", "127.0.0.1 localhost\n"), file("big", "x".repeat(100_000)));
const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

let folder: string;
let scratch: Scratch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scan-layer-"));
  scratch = createScratch(folder);
});

afterEach(async () => {
  await scratch[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

/** Scans a blob that is not in a file, as from a pipe. */
function scanBlob(blob: Uint8Array, tar: Uint8Array, { context, ...options }: ScanFixtureOptions = {}) {
  const digest = sha256(blob);
  return layerIndex(blob, {
    diffId: sha256(tar) as string as DiffId,
    open: () => verified(chunksOf(blob), { digest, size: blob.length }),
    located: undefined,
    ...options,
    context: { scratch, ...context },
  });
}

async function tarOf(index: Awaited<ReturnType<typeof scanBlob>>): Promise<Uint8Array> {
  return collect(index.tar.stream(), 1e9, "test");
}

describe("scanLayer", () => {
  it.each([
    ["none", (tar: Uint8Array) => tar],
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const)("indexes a blob that is compressed with %s and keeps its tar", async (compression, compress) => {
    const tar = LAYER.tar();
    const index = await scanBlob(compress(tar), tar);
    expect(index).toMatchObject({ compression, size: tar.length, end: tar.length - 1024, trailerExact: true });
    expect([...index.entries].map(({ path, size }) => [path, size])).toEqual([
      ["etc", 0],
      ["etc/hosts", 20],
      ["big", 100_000],
    ]);
    expect(Buffer.compare(await tarOf(index), tar)).toBe(0);
    const { body } = index.entries.at(1);
    expect(Buffer.from(await index.tar.read(body)).toString()).toBe("127.0.0.1 localhost\n");
  });

  it("does not copy an uncompressed blob that is in a file", async () => {
    const index = await layerIndex(LAYER, { context: { scratch } });
    expect(index.size).toBe(LAYER.tar().length);
    expect(await readdir(folder)).toEqual([]);
  });

  it("accepts the empty layers that engines write and read", async () => {
    const empty = new Uint8Array(1024);
    const index = await scanBlob(gzipSync(empty), empty);
    expect(index).toMatchObject({
      size: 1024,
      end: 0,
      trailerExact: true,
      entries: expect.objectContaining({ length: 0 }),
    });
    const nothing = await scanBlob(new Uint8Array(), new Uint8Array());
    expect(nothing).toMatchObject({ compression: "none", size: 0, end: 0, trailerExact: false });
  });

  it("tells where the last entry ends, and whether only a trailer follows", async () => {
    const end = (fixture: LayerFixture) => layerIndex(fixture).then((index) => [index.end, index.trailerExact]);
    expect(await end(layerWith({ after: "x" }, file("a")))).toEqual([512, false]);
    expect(await end(layer(file("a"), file(".")))).toEqual([512, false]);
    expect(await end(layer())).toEqual([0, true]);
  });

  it("counts every byte of the blob", async () => {
    const blob = gzipSync(LAYER.tar());
    const counter = createByteCounter();
    await scanBlob(blob, LAYER.tar(), { counter });
    expect(counter.value()).toBe(blob.length);
  });

  it("verifies a diffID of sha512 too", async () => {
    const tar = LAYER.tar();
    const diffId = `sha512:${createHash("sha512").update(tar).digest("hex")}` as DiffId;
    expect((await scanBlob(tar, tar, { diffId })).diffId).toBe(diffId);
    const wrong = diffId.replace(/.$/, (last) => (last === "0" ? "1" : "0")) as DiffId;
    await expect(scanBlob(tar, tar, { diffId: wrong })).rejects.toThrow(
      failure("DIGEST_MISMATCH", { digest: wrong, layer: 0 }),
    );
  });

  it("reports a media type that contradicts the bytes, and uses the bytes [R8.1]", async () => {
    const tar = LAYER.tar();
    const blob = gzipSync(tar);
    const descriptor = { mediaType: OCI_LAYER, digest: sha256(blob), size: blob.length };
    const index = await scanBlob(blob, tar, { descriptor });
    expect(index.compression).toBe("gzip");
    expect(index.diagnostics.map(({ rule }) => rule)).toEqual(["R8.1"]);
    const right = await scanBlob(blob, tar, { descriptor: { ...descriptor, mediaType: `${OCI_LAYER}+gzip` } });
    expect(right.diagnostics).toEqual([]);
  });

  it("rejects with the reason of an abort", async () => {
    const reason = new Error("enough");
    const scan = scanBlob(gzipSync(LAYER.tar()), LAYER.tar(), { context: { signal: AbortSignal.abort(reason) } });
    await expect(scan).rejects.toBe(reason);
  });
});

describe("an invalid layer", () => {
  it("is refused if its tar does not match its diffID [diff_wrong]", async () => {
    const other = layer(file("other")).tar();
    await expect(scanBlob(gzipSync(LAYER.tar()), other)).rejects.toThrow(
      failure("DIGEST_MISMATCH", { digest: sha256(other), layer: 0 }),
    );
    await expect(scanBlob(LAYER.tar(), other)).rejects.toThrow(failure("DIGEST_MISMATCH"));
  });

  it("is refused if bytes after the end of the tar do not match its diffID", async () => {
    const tar = layerWith({ after: "tail" }, file("a")).tar();
    const other = layerWith({ after: "liat" }, file("a")).tar();
    await expect(scanBlob(tar, other)).rejects.toThrow(failure("DIGEST_MISMATCH"));
  });

  it("gives an error about its digest rather than about the broken tar", async () => {
    const tar = LAYER.tar();
    const broken = tar.slice();
    broken.fill(0xff, 512, 600);
    const digest = sha256(tar);
    const open = () => verified(chunksOf(broken), { digest, size: tar.length });
    await expect(scanBlob(tar, tar, { open })).rejects.toThrow(failure("DIGEST_MISMATCH", { digest }));
    await expect(scanBlob(gzipSync(broken), tar)).rejects.toThrow(failure("DIGEST_MISMATCH"));
  });

  it("is refused for its tar if digest and diffID are right", async () => {
    const broken = LAYER.tar();
    broken.fill(0xff, 512, 600);
    await expect(scanBlob(gzipSync(broken), broken)).rejects.toThrow(failure("TAR_INVALID", { layer: 0, offset: 512 }));
    await expect(layerIndex(broken)).rejects.toThrow(failure("TAR_INVALID", { layer: 0, offset: 512 }));
    const cut = LAYER.tar().subarray(0, 2000);
    await expect(scanBlob(gzipSync(cut), cut)).rejects.toThrow(failure("TAR_INVALID"));
  });

  it.each([
    ["gzip", gzipSync, "GZIP_INVALID"],
    ["zstd", zstdCompressSync, "ZSTD_INVALID"],
  ] as const)("is refused when its %s is cut short", async (_name, compress, code) => {
    const blob = compress(LAYER.tar());
    await expect(scanBlob(blob.subarray(0, blob.length - 5), LAYER.tar())).rejects.toThrow(failure(code));
  });

  it("is refused if it is not a tar", async () => {
    const text = Buffer.from("<html>".repeat(200));
    await expect(scanBlob(text, text)).rejects.toThrow(failure("TAR_INVALID", { offset: 0 }));
  });
});

describe("limits", () => {
  it("on entries apply to all layers together", async () => {
    const budget = createScanBudget({ ...DEFAULT_LIMITS, entries: 5 });
    await layerIndex(LAYER, { budget });
    await expect(layerIndex(LAYER, { budget, layer: 1 })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "entries", allowed: 5, actual: 6, layer: 1 }),
    );
  });

  it("on attributes apply to all layers together, and count names, values and link targets", async () => {
    const xattrs = { "user.name": "value" };
    const some = layer(file("a", "", { xattrs }), symlink("b", "target"), hardlink("c", "a"));
    const budget = createScanBudget({ ...DEFAULT_LIMITS, attributeBytes: 2 * 21 });
    await layerIndex(some, { budget });
    await layerIndex(some, { budget, layer: 1 });
    await expect(layerIndex(layer(symlink("d", "e")), { budget, layer: 2 })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "attributeBytes", allowed: 42, actual: 43, layer: 2 }),
    );
  });

  it("on attributes count the maps of sparse files, 24 bytes per region", async () => {
    const map = sparse(
      "s",
      [
        [0, "x"],
        [4, "y"],
      ],
      { version: "1.0", size: 8 },
    );
    const budget = createScanBudget({ ...DEFAULT_LIMITS, attributeBytes: 2 * 24 });
    await layerIndex(layer(map), { budget });
    await expect(layerIndex(layer(map), { budget, layer: 1 })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "attributeBytes", allowed: 48, actual: 96, layer: 1 }),
    );
  });

  it("on bytes apply to all layers together", async () => {
    const size = LAYER.tar().length;
    const budget = createScanBudget({ ...DEFAULT_LIMITS, totalBytes: 2 * size });
    await scanBlob(gzipSync(LAYER.tar()), LAYER.tar(), { budget });
    await layerIndex(LAYER, { budget });
    await expect(layerIndex(layer(), { budget, layer: 2 })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "totalBytes", actual: 2 * size + 1024, layer: 2 }),
    );
  });

  it("on bytes count the holes of sparse files", async () => {
    const huge = layer(sparse("s", [[0, "x"]], { version: "1.0", size: 300 * 2 ** 30 }));
    await expect(layerIndex(huge)).rejects.toThrow(failure("LIMIT_EXCEEDED", { limit: "totalBytes" }));
  });

  it("on the compression ratio apply after 100 MiB; by default a sparse file may have any", async () => {
    const tar = layer(file("zeros", new Uint8Array(101 * 2 ** 20))).tar();
    const blob = zstdCompressSync(tar);
    expect(tar.length / blob.length).toBeGreaterThan(1000);
    const limits = { compressionRatio: 1000 };
    await expect(scanBlob(blob, tar, { limits })).rejects.toThrow(
      failure("LIMIT_EXCEEDED", { limit: "compressionRatio", allowed: 1000 }),
    );
    expect((await scanBlob(blob, tar)).size).toBe(tar.length);
    const small = layer(file("zeros", new Uint8Array(50 * 2 ** 20))).tar();
    expect((await scanBlob(zstdCompressSync(small), small, { limits })).size).toBe(small.length);
  });
});

describe("a scan that needs scratch", () => {
  it("fails with the error of the scratch", async () => {
    const missing = createScratch(join(dirname(folder), "there-is-no-such-folder"));
    const scan = scanBlob(gzipSync(LAYER.tar()), LAYER.tar(), { context: { scratch: missing } });
    await expect(scan).rejects.toThrow(failure("TRANSPORT_FAILED", { errno: "ENOENT" }));
  });
});
