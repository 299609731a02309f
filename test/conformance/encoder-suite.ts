import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import type { EncodeSource, LayerEncoder } from "../../src/encode/layer-encoder.ts";
import type { Segment } from "../../src/plan/merge-plan.ts";
import type { ProgressEvent } from "../../src/progress/events.ts";
import type { EncodedLayer } from "../../src/transport/contracts.ts";
import { gather, sampleBytes } from "../support/byte-streams.ts";
import { encodeContext, encodeInput, expectedTar, segmentsArbitrary } from "../support/encode-fixture.ts";

/** What the suite needs to know about an encoder. */
export interface EncoderFixture {
  create(): LayerEncoder;
  /** Decodes the blob to the tar with another program. */
  decode(blob: Buffer): Buffer;
  /** {@link TARS} as layers; by default in memory and not compressed. */
  readonly layers?: readonly EncodeSource[];
}

/** The tars that plans copy from. */
export const TARS = [sampleBytes(3_000_000, 7), sampleBytes(1_200_000, 8), sampleBytes(700, 9)];

/** The contract of every encoder. */
export function encoderSuite(name: string, fixture: EncoderFixture): void {
  describe(`${name} encoder`, () => {
    test.each(Object.entries(PLANS))("writes exactly the segments of %s", async (_, segments) => {
      const { blob, layer } = await encode(fixture, segments);
      const tar = expectedTar(segments, TARS);
      expect(fixture.decode(blob).equals(tar)).toBe(true);
      expect(layer).toMatchObject({ size: blob.length, uncompressedSize: tar.length });
      expect(layer.digest).toBe(`sha256:${hash(blob)}`);
      expect(layer.diffId).toBe(`sha256:${hash(tar)}`);
      expect(Object.values(layer.copied).reduce((sum, bytes) => sum + bytes, 0)).toBe(tar.length);
    });

    test("writes exactly the segments of any plan", async () => {
      const property = fc.asyncProperty(segmentsArbitrary(TARS), async (segments) => {
        const { blob } = await encode(fixture, segments);
        expect(fixture.decode(blob).equals(expectedTar(segments, TARS))).toBe(true);
      });
      await fc.assert(property, { numRuns: 25 });
    });

    test("writes the same bytes for any concurrency and again", async () => {
      const blobs = await Promise.all(
        [1, 2, 8, 2].map(async (concurrency) => (await encode(fixture, PLANS.large, { concurrency })).blob),
      );
      expect(new Set(blobs.map(hash)).size).toBe(1);
    });

    test("starts nothing before it is pulled, and has no result before the end", async () => {
      const events: ProgressEvent[] = [];
      const context = encodeContext({ report: (event) => events.push(event) });
      const layer = fixture.create().encode(encodeInput(PLANS.large, TARS, fixture.layers), context);
      expect(layer.uncompressedSize).toBe(expectedTar(PLANS.large, TARS).length);
      expect(events).toEqual([]);
      expect(() => layer.result()).toThrow("not read to its end");
      for await (const _ of layer.stream) break;
      expect(() => layer.result()).toThrow("not read to its end");
    });

    test("reports its progress in bytes of the tar", async () => {
      const events: ProgressEvent[] = [];
      await encode(fixture, PLANS.large, { report: (event) => events.push(event) });
      const total = expectedTar(PLANS.large, TARS).length;
      expect(events.at(0)).toMatchObject({ type: "started", stage: "encode", total });
      expect(events.at(-2)).toMatchObject({ type: "advanced", done: total });
      expect(events.at(-1)).toMatchObject({ type: "finished", stage: "encode" });
    });

    test("stops with the reason of the signal", async () => {
      const controller = new AbortController();
      const context = encodeContext({ signal: controller.signal });
      const { stream } = fixture.create().encode(encodeInput(PLANS.large, TARS, fixture.layers), context);
      const run = async (): Promise<void> => {
        for await (const _ of stream) controller.abort(new Error("enough"));
      };
      await expect(run()).rejects.toThrow("enough");
    });

    test("passes an error of a layer's bytes on unchanged", async () => {
      const failure = new Error("the disk is dead");
      const dead = {
        size: 3_000_000,
        stream: () => Promise.reject(failure) as never,
        read: () => Promise.reject(failure),
      };
      const input = encodeInput(PLANS.large, TARS, fixture.layers);
      const layers = input.layers.map(({ size, deflate, zstd }) => ({
        tar: dead,
        size,
        deflate: deflate && { ...deflate, blob: dead },
        zstd: zstd && { ...zstd, blob: dead },
      }));
      await expect(gather(fixture.create().encode({ ...input, layers }, encodeContext()).stream)).rejects.toBe(failure);
    });

    test("throws if the plan's size is not that of its segments", async () => {
      const input = encodeInput(PLANS.small, TARS, fixture.layers);
      const wrong = { ...input, plan: { ...input.plan, size: input.plan.size + 512 } };
      await expect(gather(fixture.create().encode(wrong, encodeContext()).stream)).rejects.toThrow("segments make");
    });
  });
}

const PLANS = {
  "no bytes": [],
  "the empty layer": [{ kind: "zeros", length: 1024 }],
  small: [
    { kind: "fresh", bytes: Buffer.from("a header") },
    { kind: "copy", layer: 2, start: 100, end: 300 },
    { kind: "zeros", length: 1024 },
  ],
  large: [
    { kind: "copy", layer: 0, start: 0, end: 2_500_000 },
    { kind: "copy", layer: 1, start: 10, end: 1_100_000 },
    { kind: "zeros", length: 700_000 },
    { kind: "copy", layer: 0, start: 1_000_000, end: 1_900_000 },
    { kind: "zeros", length: 1024 },
  ],
  "a whole layer alone": [{ kind: "copy", layer: 1, start: 0, end: 1_200_000 }],
} satisfies Record<string, readonly Segment[]>;

interface Encoded {
  readonly blob: Buffer;
  readonly layer: EncodedLayer;
}

async function encode(
  { create, layers }: EncoderFixture,
  segments: readonly Segment[],
  context: Partial<Context> = {},
): Promise<Encoded> {
  const layer = create().encode(encodeInput(segments, TARS, layers), encodeContext(context));
  const blob = await gather(layer.stream);
  return { blob, layer: layer.result() };
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
