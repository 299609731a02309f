import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileCache } from "../../../src/bytes/file-cache.ts";
import { openSeekableFile, sliceOf } from "../../../src/bytes/seekable-file.ts";
import { createWrittenBytes, type WrittenBytes } from "../../../src/bytes/written-bytes.ts";
import type { Context } from "../../../src/context.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { type ScanAhead, scanAhead } from "../../../src/scan/scan-ahead.ts";
import type { ArrivalWatcher, Source } from "../../../src/transport/contracts.ts";
import { layerIndex } from "../../support/layer-index.ts";
import { dir, file, layer, symlink } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const TAR = layer(dir("etc"), file("etc/big", randomBytes(5_000_000)), symlink("l", "etc")).tar();
/** Bytes in the file before the tar. */
const OFFSET = 1536;

let context: Context & AsyncDisposable;
let ahead: ScanAhead;
let watcher: ArrivalWatcher | undefined;
let written: WrittenBytes;
beforeEach(() => {
  mkdirSync(folder.in("scratch"));
  context = transportContext(folder.in("scratch"));
  writeFileSync(folder.in("saved"), new Uint8Array(OFFSET));
  written = createWrittenBytes();
  written.reach(OFFSET);
  watch();
});
afterEach(async () => {
  await ahead[Symbol.asyncDispose]();
  await context[Symbol.asyncDispose]();
  expect(readdirSync(folder.in("scratch"))).toEqual([]);
});

function watch(given: Partial<Context> = {}): void {
  watcher = undefined;
  const watchArrivals = (asked: ArrivalWatcher): void => {
    watcher = asked;
  };
  ahead = scanAhead({ watchArrivals } as unknown as Source, {}, { ...context, ...given });
}

function arrive(size: number): void {
  watcher?.arriving({ path: folder.in("saved"), offset: OFFSET, size, written });
}

function write(bytes: Uint8Array): void {
  appendFileSync(folder.in("saved"), bytes);
  written.reach(Number(written.shared[0]) + bytes.length);
}

const take = () => ahead.take({ path: folder.in("saved"), offset: OFFSET });

describe("a scan ahead", () => {
  it("finds the same as a later scan while the tar is being written, and returns it once", async () => {
    watcher?.expected(TAR.length);
    arrive(TAR.length);
    for (let at = 0; at < TAR.length; at += 1_700_000) {
      write(TAR.subarray(at, at + 1_700_000));
      await sleep(20);
    }
    expect(await ahead.take({ path: folder.in("saved"), offset: 0 })).toBeUndefined();
    const saved = await openSeekableFile(folder.in("saved"), { signal: context.signal });
    context.scratch.own(saved);
    const located = sliceOf(saved, { start: OFFSET, end: saved.size });
    const nobody = () => {
      throw new Error("it is read again");
    };
    const early = await layerIndex(TAR, { located: { ...located, stream: nobody, read: nobody }, ahead });
    const late = await layerIndex(TAR, { located, ahead });
    expect([...early.entries]).toEqual([...late.entries]);
    expect(early).toMatchObject({ size: TAR.length, end: late.end, trailerExact: true, compression: "none" });
    expect(await take()).toBeUndefined();
  });

  it("is ignored if the digest is wrong, which the scan then reports", async () => {
    arrive(TAR.length);
    write(TAR);
    written.stop();
    const saved = await openSeekableFile(folder.in("saved"), { signal: context.signal });
    context.scratch.own(saved);
    const located = sliceOf(saved, { start: OFFSET, end: saved.size });
    const descriptor = { mediaType: "application/vnd.oci.image.layer.v1.tar", digest: sha256("x"), size: TAR.length };
    await expect(layerIndex(TAR, { located, ahead, descriptor })).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });

  it.each([
    ["is compressed", gzipSync(TAR)],
    ["is no tar", randomBytes(5_000_000)],
    ["is a tar with a fault", Uint8Array.from(TAR).fill(0xff, 512, 600)],
  ])("says nothing of what %s", async (_, bytes) => {
    arrive(bytes.length);
    write(bytes);
    expect(await take()).toBeUndefined();
  });

  it("returns nothing for a tar that exceeds limits or stays incomplete", async () => {
    watch({ limits: { ...context.limits, entries: 2 } });
    arrive(TAR.length);
    write(TAR);
    expect(await take()).toBeUndefined();
    watch();
    arrive(TAR.length + 512);
    written.stop();
    expect(await take()).toBeUndefined();
  });

  it("is not done for small files, or with a cache, which may know the layers", async () => {
    arrive(100_000);
    expect(await take()).toBeUndefined();
    await using cache = createFileCache(folder.in("cache"), 1_000_000);
    watch({ cache });
    expect(watcher).toBeUndefined();
  });

  it("ends when disposed, even if its bytes never arrive", async () => {
    arrive(TAR.length);
    await sleep(50);
    await ahead[Symbol.asyncDispose]();
    expect(await take()).toBeUndefined();
  });
});
