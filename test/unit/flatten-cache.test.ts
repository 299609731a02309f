import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FlattenOptions, flatten, history } from "../../src/index.ts";
import { sampleBytes } from "../support/byte-streams.ts";
import { blobPath } from "../support/flat-layout.ts";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { type FixtureImage, image } from "../support/image-fixture.ts";
import { dir, file, layer, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
/** Of the layer in the middle nothing is in the flat image. */
const LAYERS = [
  layer(dir("d"), file("d/a", sampleBytes(200_000, 1))),
  layer(file("big", sampleBytes(300_000, 2))),
  layer(dir("d"), whiteout("big"), file("d/b", sampleBytes(100_000, 3))),
];

function written(compression: "gzip" | "zstd" | "none"): FixtureImage {
  const made = image({ layers: LAYERS, compression });
  writeFolder(folder.in("source"), ociLayout(made));
  return made;
}

let runs = 0;

async function flattened(options: FlattenOptions = {}) {
  runs += 1;
  // Runs at the same time see nothing of each other's.
  const scratch = folder.in(`scratch${runs}`);
  mkdirSync(scratch);
  const { digest, images, scratchBytes } = await flatten(
    `oci:${folder.in("source")}`,
    `oci:${folder.in(`flat${runs}`)}:x`,
    {
      ...{ scratch, cache: folder.in("cache") },
      ...options,
    },
  );
  expect(readdirSync(scratch)).toEqual([]);
  return { digest, copied: images[0]?.after.layers[0]?.copied, cached: images[0]?.before.cachedLayers, scratchBytes };
}

function blobOf(made: FixtureImage, number: number): string {
  return join(folder.in("source"), blobPath(made.layers[number]?.oci.digest));
}

describe("a flatten with a cache", () => {
  test.each(["gzip", "zstd", "none"] as const)(
    "makes the same image as one without, of layers of %s",
    async (compression) => {
      written(compression);
      const without = await flattened({ cache: undefined });
      const first = await flattened();
      const second = await flattened();
      expect([without.cached, first.cached, second.cached]).toEqual([0, 0, 3]);
      for (const run of [first, second]) expect([run.digest, run.copied]).toEqual([without.digest, without.copied]);
    },
  );

  test("does not read a known layer of which nothing is in the result", async () => {
    const made = written("gzip");
    const first = await flattened();
    rmSync(blobOf(made, 1));
    const second = await flattened();
    expect(second.digest).toBe(first.digest);
    expect(second.scratchBytes).toBeLessThan(first.scratchBytes - 300_000);
  });

  test("verifies the bytes that it copies", async () => {
    const made = written("gzip");
    await flattened();
    writeFileSync(blobOf(made, 0), Buffer.from(made.layers[0]?.oci.bytes ?? []).fill(1, 1000, 1010));
    await expect(flattened()).rejects.toMatchObject({ code: "DIGEST_MISMATCH", stage: "scan", details: { layer: 0 } });
  });

  test("knows the layers that another image shares, whatever lies above them", async () => {
    written("gzip");
    await flattened();
    rmSync(folder.in("source"), { recursive: true });
    const other = image({ layers: [...LAYERS.slice(0, 2), layer(file("new", "1"))], compression: "gzip" });
    writeFolder(folder.in("source"), ociLayout(other));
    expect((await flattened()).cached).toBe(2);
  });

  test("keeps a layer that is also in the range, of which only the tar is read", async () => {
    const layers = [0, 1, 0].flatMap((number) => LAYERS[number] ?? []);
    writeFolder(folder.in("source"), ociLayout(image({ layers, compression: "gzip" })));
    const options = { layers: "0-1", compression: "zstd" } as const;
    const first = await flattened(options);
    const second = await flattened(options);
    expect([first.cached, second.cached]).toEqual([0, 3]);
    expect(second.digest).toBe(first.digest);
  });

  test("serves two runs at the same time", async () => {
    written("gzip");
    const both = await Promise.all([flattened(), flattened()]);
    expect(both[0]?.digest).toBe(both[1]?.digest);
    expect((await flattened()).cached).toBe(3);
  });
});

test("a cache that cannot be created is reported before any layer is read", async () => {
  written("gzip");
  writeFileSync(folder.in("cache"), "a file");
  const failure = flattened();
  await expect(failure).rejects.toMatchObject({ code: "TRANSPORT_FAILED", stage: "scan" });
  await expect(failure).rejects.not.toHaveProperty("details.layer");
});

test("history needs no blob of layers that the cache knows", async () => {
  const made = written("gzip");
  const source = `oci:${folder.in("source")}`;
  const options = { cache: folder.in("cache") };
  const first = await history(source, options);
  for (const number of LAYERS.keys()) rmSync(blobOf(made, number));
  expect(await history(source, options)).toEqual(first);
  await expect(history(source)).rejects.toMatchObject({ stage: "scan" });
});
