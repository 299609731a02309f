import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import type { ImageLayer } from "../../../src/image/image.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { ReadBudget } from "../../../src/verify/read-budget.ts";
import { readLayer } from "../../../src/verify/read-layer.ts";
import { file, hardlink, layer, whiteout } from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";

function read(tar: Uint8Array, limits: Partial<typeof DEFAULT_LIMITS> = {}) {
  const blob = gzipSync(tar);
  const budget = new ReadBudget({ ...DEFAULT_LIMITS, ...limits });
  const stack = { descriptor: { mediaType: "", digest: sha256(blob), size: blob.length }, diffId: sha256(tar) };
  return readLayer(stack as unknown as ImageLayer, {
    ...{ blob: chunksOf(blob), knownDiffId: false, lenientTar: false, sealKey: undefined, mayWait: true, budget },
    limits: { ...DEFAULT_LIMITS, ...limits },
    throwIfAborted() {},
  });
}

test("a layer has the bytes of its tar, holes of sparse files included", async () => {
  const tar = layer(file("a", "1"), sparse("b", [[5, "abc"]], { version: "1.0", size: 9000 })).tar();
  expect((await read(tar)).tarBytes).toBe(tar.length + 9000 - 3);
});

test("the verifier measures what a whiteout removes, not the whiteout, and a path, not how it is written", async () => {
  const longest = "n".repeat(255);
  const tar = layer(whiteout(`a/${longest}`), file(`${longest}n/../${longest}`)).tar();
  expect((await read(tar)).tarBytes).toBe(tar.length);
  const tooLong = { code: "TAR_INVALID", details: { rule: "R2.5" } };
  for (const member of [whiteout(`${longest}n`), file(`${longest}n`), hardlink("a", `${longest}n`)]) {
    await expect(read(layer(member).tar())).rejects.toMatchObject(tooLong);
  }
});

test("the verifier holds a layer against the limit on compression itself", async () => {
  const bomb = Buffer.alloc(101 * 1024 * 1024);
  await expect(read(bomb, { compressionRatio: 500 })).rejects.toMatchObject({
    code: "LIMIT_EXCEEDED",
    details: { limit: "compressionRatio" },
  });
});
