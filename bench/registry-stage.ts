/**
 * Runs one stage of a flatten from registry to registry in a separate process, with planish's own code; prints the
 * seconds. `node registry-stage.ts STAGE ARGUMENT…`: `pull docker://NAME`, verified and discarded; `scan` and `encode`
 * with `oci:LAYOUT:TAG` and a compression; `push FILE docker://NAME` of one blob.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createEncoder } from "../src/encode/encoders.ts";
import type { LayerEncoder } from "../src/encode/layer-encoder.ts";
import { loadImages } from "../src/image/load-images.ts";
import type { Digest } from "../src/oci/digest.ts";
import { layerMediaType } from "../src/oci/media-type.ts";
import { planMerge } from "../src/plan/plan-merge.ts";
import { planOptions, startRun } from "../src/run.ts";
import type { ScanImageOptions } from "../src/scan/each-layer.ts";
import { scanImage } from "../src/scan/scan-image.ts";
import type { Source } from "../src/transport/contracts.ts";
import { openDestination } from "../src/transport/open-destination.ts";
import { openSource } from "../src/transport/open-source.ts";
import { NO_SERVERS } from "../src/transport/servers.ts";

const [stage, ...given] = process.argv.slice(2);
await using run = startRun({}, {});
const { context } = run;
const stages: Readonly<Record<string, (first: string, second: string) => Promise<number>>> = {
  pull,
  scan,
  encode,
  push,
};
const work = stages[stage ?? ""];
if (work === undefined) throw new Error(`there is no stage ${stage}`);
console.log(await work(given[0] ?? "", given[1] ?? ""));

async function pull(name: string): Promise<number> {
  return seconds(async () => {
    const { source, image } = await open(name);
    await Promise.all(
      image.layers.map(async ({ descriptor }) => {
        for await (const _ of source.readBlob(descriptor));
      }),
    );
    await source[Symbol.asyncDispose]();
  });
}

async function scan(name: string, compression: string): Promise<number> {
  const { source, image } = await open(name);
  const taken = await seconds(() => scanImage(image, scanOptions(source, compression), context));
  await source[Symbol.asyncDispose]();
  return taken;
}

async function encode(name: string, compression: string): Promise<number> {
  const { source, image } = await open(name);
  const layers = await scanImage(image, scanOptions(source, compression), context);
  const taken = await seconds(async () => {
    const plan = planMerge(layers, planOptions({}, source, context));
    const layer = encoderOf(compression).encode({ plan, layers }, context);
    for await (const _ of layer.stream);
    layer.result();
  });
  await source[Symbol.asyncDispose]();
  return taken;
}

/** The default options of a flatten. */
function scanOptions(source: Source, compression: string): ScanImageOptions {
  return { source, lenientTar: false, keep: { tar: true, blobs: encoderOf(compression).copies } };
}

function encoderOf(compression: string): LayerEncoder {
  if (compression !== "gzip" && compression !== "zstd") throw new Error(`no compression ${compression}`);
  return createEncoder(compression);
}

async function push(file: string, name: string): Promise<number> {
  const hash = createHash("sha256");
  const reader = createReadStream(file).on("data", (chunk) => hash.update(chunk));
  await finished(reader.resume());
  const digest = `sha256:${hash.digest("hex")}` as Digest;
  const blob = { mediaType: layerMediaType("oci", "gzip"), digest, size: reader.bytesRead };
  return seconds(async () => {
    await using to = await openDestination(name, { force: true, servers: NO_SERVERS }, context);
    await to.writeBlob(blob, () => createReadStream(file, { highWaterMark: 2 ** 18 }));
  });
}

async function open(name: string) {
  const source = await openSource(name, context, NO_SERVERS);
  const [image] = (await loadImages(source, { all: false }, context)).images;
  if (image === undefined) throw new Error(`${name} is no image`);
  return { source, image };
}

async function seconds(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return (performance.now() - begun) / 1000;
}
