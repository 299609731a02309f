import { appendFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { SeekableBytes } from "../../../src/bytes/seekable-bytes.ts";
import { openSeekableFile } from "../../../src/bytes/seekable-file.ts";
import { createEncoder } from "../../../src/encode/encoders.ts";
import type { EncodeSource } from "../../../src/encode/layer-encoder.ts";
import { spliceEncoder } from "../../../src/encode/splice.ts";
import type { Segment } from "../../../src/plan/merge-plan.ts";
import type { ProgressEvent } from "../../../src/progress/events.ts";
import { notKept } from "../../../src/scan/kept-bytes.ts";
import type { EncodedLayer } from "../../../src/transport/contracts.ts";
import { createWorkerPool } from "../../../src/workers/worker-pool.ts";
import { gather, sampleBytes } from "../../support/byte-streams.ts";
import { encodeContext, encodeInput } from "../../support/encode-fixture.ts";
import { inflated } from "../../support/inflated.ts";
import { memoryBytes } from "../../support/layer-index.ts";
import { testFolder } from "../../support/test-folder.ts";

const TARS = [sampleBytes(300_000, 3), sampleBytes(300_000, 4)];
const folder = testFolder();
const [GZIP_LAYER, PLAIN_LAYER] = [gzipLayer(0), plainLayer(1)];

describe("gzip without a level", () => {
  test("copies the bits of layers that are gzip, and compresses those that are not", async () => {
    const { copied } = await encode([copy(0, 0, 300_000), copy(1, 0, 200_000)], [GZIP_LAYER, PLAIN_LAYER]);
    expect(copied).toEqual({ verbatim: 0, spliced: 300_000, transcoded: 0, stored: 0, recompressed: 200_000 });
  });

  test("recompresses everything if less than half of the bytes come from gzip layers", async () => {
    const { copied } = await encode([copy(0, 0, 200_000), copy(1, 0, 201_000)], [GZIP_LAYER, PLAIN_LAYER]);
    expect(copied).toMatchObject({ spliced: 0, recompressed: 401_000 });
  });

  test("recompresses everything if the blobs cannot be read again", async () => {
    const { copied } = await encode([copy(0, 0, 300_000)], [plainLayer(0)]);
    expect(copied).toMatchObject({ spliced: 0, recompressed: 300_000 });
  });

  test("has the scan keep the blobs, unless a level is given", () => {
    expect(createEncoder("gzip").copies).toBe("gzip");
    expect(createEncoder("gzip", 6).copies).toBeUndefined();
    expect(createEncoder("zstd").copies).toBe("zstd");
  });

  test("is hardly larger than what zlib makes of it", async () => {
    const segments = Array.from({ length: 9 }, (_, part) => copy(0, part * 33_000, part * 33_000 + 32_000));
    const { size } = await encode(segments, [GZIP_LAYER]);
    expect(size).toBeLessThan(1.02 * gzipSync(TARS[0] ?? "").length);
  });
});

describe("splicing in threads", () => {
  const SEGMENTS: Segment[] = [
    { kind: "fresh", bytes: sampleBytes(2000, 8) },
    copy(0, 5000, 250_000),
    { kind: "zeros", length: 9000 },
    copy(1, 1000, 1500),
    copy(0, 251_000, 300_000),
  ];

  test.each([1, 2, 3])("makes the same bytes with %i of them as without, and counts each once", async (threads) => {
    const files = await Promise.all([GZIP_LAYER, PLAIN_LAYER].map(inFiles));
    const here = await encode(SEGMENTS, [GZIP_LAYER, PLAIN_LAYER]);
    const encoder = spliceEncoder(createEncoder("gzip", 6), 0);
    await using workers = createWorkerPool(threads);
    const events: ProgressEvent[] = [];
    const context = encodeContext({ workers, report: (event) => events.push(event) });
    const layer = encoder.encode(encodeInput(SEGMENTS, TARS, files), context);
    await gather(layer.stream);
    expect(layer.result()).toEqual(here);
    expect(events.at(-2)).toMatchObject({ type: "advanced", done: here.uncompressedSize });
  });

  test("needs no bytes of a layer from which nothing is copied, as of one that is kept", async () => {
    const files = await Promise.all([GZIP_LAYER, PLAIN_LAYER].map(inFiles));
    const encoder = spliceEncoder(createEncoder("gzip", 6), 0);
    await using workers = createWorkerPool(2);
    const run = vi.spyOn(workers, "run");
    const input = encodeInput(SEGMENTS, TARS, [...files, { tar: notKept(5), size: 5 }]);
    await gather(encoder.encode(input, encodeContext({ workers })).stream);
    expect(run).toHaveBeenCalledTimes(2);
  });

  test.each([1, 2])("with %i of them ends when nobody takes the layer any more", async (threads) => {
    const files = await Promise.all([GZIP_LAYER, PLAIN_LAYER].map(inFiles));
    const encoder = spliceEncoder(createEncoder("gzip", 6), 0);
    await using workers = createWorkerPool(threads);
    const { stream } = encoder.encode(encodeInput(SEGMENTS, TARS, files), encodeContext({ workers }));
    for await (const _ of stream) break;
    // The threads are free again.
    expect(
      (await gather(encoder.encode(encodeInput(SEGMENTS, TARS, files), encodeContext({ workers })).stream)).length,
    ).toBeGreaterThan(0);
  });

  test.each([0, Number.POSITIVE_INFINITY])("from %d bytes on is aborted in the midst of any hole", async (from) => {
    const files = await Promise.all([GZIP_LAYER, PLAIN_LAYER].map(inFiles));
    const { plan, layers } = encodeInput(SEGMENTS, TARS, files);
    const segments: Segment[] = [...SEGMENTS, { kind: "zeros", length: 2 ** 50 }];
    const controller = new AbortController();
    const context = encodeContext({
      signal: controller.signal,
      report: ({ type }) => type === "advanced" && controller.abort(new Error("enough")),
    });
    const encoder = spliceEncoder(createEncoder("gzip", 6), from);
    const { stream } = encoder.encode({ plan: { ...plan, segments }, layers }, context);
    await expect(gather(stream)).rejects.toThrow("enough");
  });

  test("reports a plan that makes another number of bytes", async () => {
    const files = await Promise.all([GZIP_LAYER, PLAIN_LAYER].map(inFiles));
    const { plan, layers } = encodeInput(SEGMENTS, TARS, files);
    const encoder = spliceEncoder(createEncoder("gzip", 6), 0);
    const { stream } = encoder.encode({ plan: { ...plan, size: plan.size + 1 }, layers }, encodeContext());
    await expect(gather(stream)).rejects.toThrow(`make ${plan.size} bytes, not ${plan.size + 1}`);
  });

  test("reports a file that was changed meanwhile", async () => {
    const files = await Promise.all([GZIP_LAYER, PLAIN_LAYER].map(inFiles));
    appendFileSync(folder.in("0.gz"), "more");
    const encoder = spliceEncoder(createEncoder("gzip", 6), 0);
    const { stream } = encoder.encode(encodeInput(SEGMENTS, TARS, files), encodeContext());
    await expect(gather(stream)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });
});

test("gzip with a level compresses all", async () => {
  const { copied } = await encode([copy(0, 0, 300_000)], [GZIP_LAYER], 6);
  expect(copied).toMatchObject({ spliced: 0, recompressed: 300_000 });
});

function copy(layer: number, start: number, end: number): Segment {
  return { kind: "copy", layer, start, end };
}

function plainLayer(number: number): EncodeSource {
  const tar = TARS[number] ?? Buffer.alloc(0);
  return { tar: memoryBytes(tar), size: tar.length };
}

function gzipLayer(number: number): EncodeSource {
  const blob = gzipSync(TARS[number] ?? "");
  const { map } = inflated(blob);
  if (map === undefined) throw new Error("no gzip");
  return { ...plainLayer(number), deflate: { map, blob: memoryBytes(blob) } };
}

async function inFiles({ tar, size, deflate }: EncodeSource, number: number): Promise<EncodeSource> {
  const keep = async (bytes: SeekableBytes, name: string): Promise<SeekableBytes> => {
    writeFileSync(folder.in(name), await bytes.read({ start: 0, end: bytes.size }));
    const file = await openSeekableFile(folder.in(name), { signal: new AbortController().signal });
    onTestFinished(() => file[Symbol.asyncDispose]());
    return file;
  };
  const blob = deflate && (await keep(deflate.blob, `${number}.gz`));
  return { tar: await keep(tar, `${number}.tar`), size, deflate: deflate && blob && { ...deflate, blob } };
}

async function encode(
  segments: readonly Segment[],
  layers: readonly EncodeSource[],
  level?: number,
): Promise<EncodedLayer> {
  const layer = createEncoder("gzip", level).encode(encodeInput(segments, TARS, layers), encodeContext());
  await gather(layer.stream);
  return layer.result();
}
