import fc from "fast-check";
import { afterAll } from "vitest";
import type { Context } from "../../src/context.ts";
import type { EncodeInput, EncodeSource } from "../../src/encode/layer-encoder.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import type { MergePlan, Segment } from "../../src/plan/merge-plan.ts";
import { createWorkerPool } from "../../src/workers/worker-pool.ts";
import { memoryBytes } from "./layer-index.ts";
import { copiedBytes } from "./plan-stack.ts";

/** A plan of the given segments over tars in memory. */
export function encodeInput(
  segments: Iterable<Segment>,
  tars: readonly Uint8Array[],
  layers: readonly EncodeSource[] = tars.map((tar) => ({ tar: memoryBytes(tar), size: tar.length })),
): EncodeInput {
  const plan: MergePlan = {
    segments,
    entries: [],
    hidden: { length: 0, lengthOf: () => 0, find: () => undefined, *[Symbol.iterator]() {} },
    diagnostics: [],
    size: [...segments].reduce((sum, segment) => sum + segmentBytes(segment, tars).length, 0),
    copiedFrom: tars.map((_, layer) => copiedBytes(segments, layer)),
    entryCount: 0,
    alreadyFlat: false,
  };
  return { plan, layers };
}

/** The slow twin of every encoder: the segments, one after another. */
export function expectedTar(segments: Iterable<Segment>, tars: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...segments].map((segment) => segmentBytes(segment, tars)));
}

function segmentBytes(segment: Segment, tars: readonly Uint8Array[]): Uint8Array {
  switch (segment.kind) {
    case "copy":
      return tars[segment.layer]?.subarray(segment.start, segment.end) ?? new Uint8Array(0);
    case "fresh":
      return segment.bytes;
    case "zeros":
      return new Uint8Array(segment.length);
  }
}

/** Closed after the tests of the file. */
const workers = createWorkerPool(2);
afterAll(() => workers[Symbol.asyncDispose]());

/** A context for encoders. */
export function encodeContext(context: Partial<Context> = {}): Context {
  return {
    signal: new AbortController().signal,
    limits: DEFAULT_LIMITS,
    scratch: {
      path: () => Promise.reject(new Error("encoders need no scratch")),
      own() {},
      bytes: async () => 0,
      sibling() {
        return this;
      },
      async [Symbol.asyncDispose]() {},
    },
    concurrency: 2,
    workers,
    report() {},
    ...context,
  };
}

/** Plans as unusual as possible: copies in any order, empty segments, long runs beside single bytes. */
export function segmentsArbitrary(tars: readonly Uint8Array[]): fc.Arbitrary<Segment[]> {
  const copy = fc.nat(tars.length - 1).chain((layer) => {
    const offset = fc.nat(tars[layer]?.length ?? 0);
    return fc
      .tuple(offset, offset)
      .map(([a, b]): Segment => ({ kind: "copy", layer, start: Math.min(a, b), end: Math.max(a, b) }));
  });
  const short = fc
    .tuple(fc.nat(tars.length - 1), fc.nat(600), fc.nat(90))
    .map(([layer, start, length]): Segment => ({ kind: "copy", layer, start, end: start + length }));
  const fresh = fc.uint8Array({ maxLength: 1500 }).map((bytes): Segment => ({ kind: "fresh", bytes }));
  const zeros = fc.nat(1_500_000).map((length): Segment => ({ kind: "zeros", length }));
  const arbitrary = fc.oneof(
    { weight: 2, arbitrary: copy },
    { weight: 8, arbitrary: short },
    { weight: 6, arbitrary: fresh },
    zeros,
  );
  return fc.array(arbitrary, { maxLength: 40 });
}
