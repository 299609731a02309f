import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import { openSeekableFile } from "../../../src/bytes/seekable-file.ts";
import { verified } from "../../../src/bytes/verified.ts";
import type { Context } from "../../../src/context.ts";
import { type DiffId, sha256 } from "../../../src/oci/digest.ts";
import type { LayerIndex } from "../../../src/scan/layer-index.ts";
import { layerIndex, type ScanFixtureOptions } from "../../support/layer-index.ts";
import { dir, file, hardlink, layer, symlink } from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const BIG = randomBytes(3_000_000);
const TAR = layer(
  dir("etc"),
  file("etc/caf\xe9", "x", { xattrs: { "user.a": "\0\xff" } }),
  file("big", BIG),
  symlink("l", "../etc"),
  hardlink("h", "big"),
  sparse("s", [[5, "abc"]], { version: "1.0", size: 9000 }),
).tar();
const COMPRESS = { none: (tar: Uint8Array) => tar, gzip: gzipSync, zstd: zstdCompressSync } as const;
type Compression = keyof typeof COMPRESS;

let context: Context & AsyncDisposable;
beforeEach(() => {
  mkdirSync(folder.in("scratch"));
  context = transportContext(folder.in("scratch"));
});
afterEach(async () => {
  await context[Symbol.asyncDispose]();
  expect(readdirSync(folder.in("scratch"))).toEqual([]);
});

type Scan = Partial<ScanFixtureOptions> & { readonly at?: "file" | "stream" };

async function scan(blob: Uint8Array, tar: Uint8Array, { at = "stream", ...options }: Scan): Promise<LayerIndex> {
  writeFileSync(folder.in("blob"), blob);
  const expected = { digest: sha256(blob), size: blob.length };
  const located = await openSeekableFile(folder.in("blob"), { signal: context.signal });
  context.scratch.own(located);
  return layerIndex(blob, {
    descriptor: { mediaType: "application/vnd.oci.image.layer.v1.tar", ...expected },
    diffId: sha256(tar) as string as DiffId,
    open: () => verified(chunksOf(blob), options.descriptor ?? expected),
    located: at === "file" ? located : undefined,
    context,
    ...options,
  });
}

async function allOf({ entries, tar, deflate, zstd, ...index }: LayerIndex): Promise<object> {
  const bytes = async (of: AsyncIterable<Uint8Array>) => sha256(await collect(of, 1e9, "test"));
  return {
    ...index,
    entries: [...entries],
    tar: await bytes(tar.stream()),
    deflate: deflate && { map: deflate.map, blob: await bytes(deflate.blob.stream()) },
    zstd: zstd && { map: zstd.map, blob: await bytes(zstd.blob.stream()) },
  };
}

describe("a scan in a thread", () => {
  it.each(
    (["none", "gzip", "zstd"] as const).flatMap((compression) =>
      (["file", "stream"] as const).map((at) => [compression, at] as [Compression, "file" | "stream"]),
    ),
  )("learns what one in this thread learns, of a blob compressed with %s in a %s", async (compression, at) => {
    const blob = COMPRESS[compression](TAR);
    const keep = { tar: true, blobs: compression === "zstd" ? compression : "gzip" } as const;
    const here = await allOf(await scan(blob, TAR, { at, keep, inThread: false }));
    const there = await allOf(await scan(blob, TAR, { at, keep, inThread: true }));
    expect(there).toEqual(here);
    expect(there).toMatchObject({ compression, size: TAR.length, tar: sha256(TAR) });
    if (compression === "gzip") expect(there).toMatchObject({ deflate: { blob: sha256(blob) } });
    else expect(there).toMatchObject({ deflate: undefined });
    if (compression === "zstd") expect(there).toMatchObject({ zstd: { map: { length: 1 }, blob: sha256(blob) } });
    else expect(there).toMatchObject({ zstd: undefined });
  });

  it.each(["file", "stream"] as const)("writes only bytes that will be read again, from a %s", async (at) => {
    const index = await scan(gzipSync(TAR), TAR, { at, inThread: true, keep: { tar: false, blobs: undefined } });
    expect(index.entries.length).toBe(6);
    expect(readdirSync(folder.in("scratch"))).toEqual([]);
    expect(() => index.tar.stream()).toThrow("not asked to keep");
  });

  const broken = Uint8Array.from(TAR).fill(0xff, 512, 600);
  const wrong = { mediaType: "application/vnd.oci.image.layer.v1.tar", digest: sha256("other"), size: TAR.length };
  const gzip = gzipSync(TAR);
  it.each<[string, Uint8Array, Uint8Array, Scan]>([
    ["a wrong digest", TAR, TAR, { descriptor: wrong }],
    ["a wrong digest rather than the tar that it breaks", broken, TAR, { descriptor: wrong }],
    ["a blob that is too long", TAR, TAR, { descriptor: { ...wrong, size: TAR.length - 1 } }],
    ["a blob that is too short", TAR, TAR, { descriptor: { ...wrong, size: TAR.length + 1 } }],
    [
      "a wrong digest rather than the gzip stream that it breaks",
      gzip.subarray(0, -9),
      TAR,
      { descriptor: { ...wrong, size: gzip.length - 9 } },
    ],
    ["a gzip stream that is cut short", gzip.subarray(0, -9), TAR, {}],
    ["garbage after the gzip stream", Buffer.concat([gzip, Buffer.from("x")]), TAR, {}],
    ["a wrong diffID", gzip, broken, {}],
    ["a wrong diffID rather than the tar that it breaks", gzipSync(broken), TAR, {}],
    ["a broken tar", gzipSync(broken), broken, {}],
    ["a tar that is cut short", gzipSync(TAR.subarray(0, 9999)), TAR.subarray(0, 9999), {}],
    ["a limit", gzip, TAR, { limits: { totalBytes: 10_000 } }],
    ["bytes that nobody can read", Buffer.from("BZh91AY&SY"), TAR, {}],
  ])("refuses %s as a scan in this thread does", async (_, blob, tar, options) => {
    for (const at of ["file", "stream"] as const) {
      const failures: unknown[] = [];
      for (const inThread of [false, true]) {
        const error = await scan(blob, tar, { ...options, at, inThread }).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(Error);
        failures.push({ ...(error as object), message: (error as Error).message });
      }
      expect(failures[1]).toEqual(failures[0]);
    }
  });
});
