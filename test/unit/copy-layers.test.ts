import { gzipSync } from "node:zlib";
import pLimit from "p-limit";
import { expect, test } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import { collect } from "../../src/bytes/collect.ts";
import { copyLayers } from "../../src/copy-layers.ts";
import type { Image } from "../../src/image/image.ts";
import type { CopyPlan } from "../../src/image/plan-copy.ts";
import { type DiffId, sha256 } from "../../src/oci/digest.ts";
import { layerMediaType } from "../../src/oci/media-type.ts";
import type { Destination } from "../../src/transport/contracts.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";

const folder = testFolder();
const TAR = Buffer.alloc(100_000, "a tar, or what passes for one");
const BLOB = gzipSync(TAR);

/** Recompresses one layer for a destination that has it made three times. */
async function copyRepeatedly(totalBytes: number): Promise<void> {
  const digest = sha256(BLOB);
  const descriptor = { mediaType: layerMediaType("oci", "gzip"), digest, size: BLOB.length };
  const image = {
    platform: { os: "linux", architecture: "amd64" },
    layers: [{ diffId: sha256(TAR) as string as DiffId }],
  };
  const plan: CopyPlan = {
    family: "oci",
    configType: "",
    diagnostics: [],
    layers: [{ descriptor, number: 0, compression: "zstd", mediaType: layerMediaType("oci", "zstd") }],
  };
  const writeLayer: Destination["writeLayer"] = async (produce) => {
    for await (const _ of produce().stream) break;
    await collect(produce().stream, 1e6, "test");
    const layer = produce();
    await collect(layer.stream, 1e6, "test");
    return layer.result();
  };
  const to = { accepts: { parallel: false }, hasBlob: async () => false, writeLayer } as unknown as Destination;
  const ends = { from: { readBlob: () => chunksOf(BLOB) }, to, limit: pLimit(1), done: new Map() };
  await using context = transportContext(folder.path, { limits: { totalBytes } });
  await copyLayers(image as unknown as Image, plan, ends, context);
}

test("the bytes of a layer count once, however often an upload has it made", async () => {
  await copyRepeatedly(TAR.length);
  await expect(copyRepeatedly(TAR.length - 1)).rejects.toMatchObject({ details: { limit: "totalBytes" } });
});
