import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { createEncoder } from "../../../src/encode/encoders.ts";
import type { EncodeSource } from "../../../src/encode/layer-encoder.ts";
import type { Segment } from "../../../src/plan/merge-plan.ts";
import type { EncodedLayer } from "../../../src/transport/contracts.ts";
import { gather, sampleBytes } from "../../support/byte-streams.ts";
import { encodeContext, encodeInput, expectedTar } from "../../support/encode-fixture.ts";
import { inFrames, skippable, zstdLayer } from "../../support/zstd-layers.ts";

const KIB = 1024;
const TAR = sampleBytes(1000 * KIB);
const FRAME = 100 * KIB;
const BLOB = inFrames(TAR, [FRAME]);

interface Encoded {
  readonly blob: Buffer;
  readonly layer: EncodedLayer;
}

async function encode(segments: readonly Segment[], source: EncodeSource): Promise<Encoded> {
  const layer = createEncoder("zstd").encode(encodeInput(segments, [TAR], [source]), encodeContext());
  const blob = await gather(layer.stream);
  const decoded = execFileSync("zstd", ["-dc"], { input: blob, maxBuffer: 16 * 1024 * KIB });
  expect(decoded.equals(expectedTar(segments, [TAR]))).toBe(true);
  return { blob, layer: layer.result() };
}

function copy(start: number, end: number): Segment {
  return { kind: "copy", layer: 0, start, end };
}

describe("zstd layers into a zstd layer", () => {
  test("keep the frames that survive completely", async () => {
    const { blob, layer } = await encode([copy(0, TAR.length)], await zstdLayer(TAR, BLOB));
    expect(blob.equals(BLOB)).toBe(true);
    expect(layer.copied).toMatchObject({ spliced: TAR.length, recompressed: 0 });
  });

  test("recompress what is left of frames that are cut, and what is fresh", async () => {
    const fresh: Segment = { kind: "fresh", bytes: Buffer.alloc(512, "header") };
    const segments = [fresh, copy(FRAME - 700, 3 * FRAME + 9), fresh, copy(5 * FRAME, 6 * FRAME)];
    const { blob, layer } = await encode(segments, await zstdLayer(TAR, BLOB));
    expect(layer.copied).toMatchObject({ spliced: 3 * FRAME, recompressed: 512 + 700 + 9 + 512 });
    const frames = inFrames(TAR.subarray(FRAME, 3 * FRAME), [FRAME]);
    expect(blob.includes(frames)).toBe(true);
  });

  test("drop skippable frames", async () => {
    const head = inFrames(TAR.subarray(0, FRAME), [FRAME]);
    const rest = inFrames(TAR.subarray(FRAME), [FRAME]);
    const blob = Buffer.concat([skippable(40), head, skippable(3), rest, skippable(500)]);
    const { blob: made, layer } = await encode([copy(0, TAR.length)], await zstdLayer(TAR, blob));
    expect(made.equals(BLOB)).toBe(true);
    expect(layer.copied.spliced).toBe(TAR.length);
  });

  test("recompress short runs of tiny frames with their neighbours", async () => {
    const source = await zstdLayer(TAR, inFrames(TAR, [2 * KIB]));
    const { layer } = await encode([copy(0, 10 * KIB), copy(500 * KIB, 508 * KIB)], source);
    expect(layer.copied).toMatchObject({ spliced: 0, recompressed: 18 * KIB });
  });

  test("recompress tiny frames that skippable ones keep apart, however many", async () => {
    const tiny = Array.from({ length: 10 }, (_, at) => inFrames(TAR.subarray(at * 2 * KIB, (at + 1) * 2 * KIB), [KIB]));
    const rest = inFrames(TAR.subarray(20 * KIB), [FRAME]);
    const blob = Buffer.concat([...tiny.flatMap((frames) => [frames, skippable(1)]), rest]);
    const { layer } = await encode([copy(0, TAR.length)], await zstdLayer(TAR, blob));
    expect(layer.copied).toMatchObject({ spliced: 980 * KIB, recompressed: 20 * KIB });
  });

  test("are recompressed if a level is given", async () => {
    const source = await zstdLayer(TAR, BLOB);
    const encoder = createEncoder("zstd", 3);
    expect([encoder.copies, createEncoder("zstd").copies]).toEqual([undefined, "zstd"]);
    const layer = encoder.encode(encodeInput([copy(0, TAR.length)], [TAR], [source]), encodeContext());
    await gather(layer.stream);
    expect(layer.result().copied).toMatchObject({ spliced: 0, recompressed: TAR.length });
  });
});
