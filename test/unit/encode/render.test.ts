import { describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/bytes/byte-stream.ts";
import { render } from "../../../src/encode/render.ts";
import type { Segment } from "../../../src/plan/merge-plan.ts";
import { gather, sampleBytes } from "../../support/byte-streams.ts";
import { encodeInput, expectedTar } from "../../support/encode-fixture.ts";

const { signal } = new AbortController();
const TARS = [sampleBytes(8_000_000, 1), sampleBytes(8_000_000, 2)];

describe("render", () => {
  test("reads sixty thousand small runs of two layers with few reads", async () => {
    const segments = smallRuns(60_000);
    const { input, reads } = watchedInput(segments);
    const tar = await gather(render(input, signal));
    expect(tar.equals(expectedTar(segments, TARS))).toBe(true);
    expect(reads.length).toBeLessThan(600);
  });

  test("reads little more than it copies, however far apart the runs are", async () => {
    const segments = Array.from(
      { length: 2000 },
      (_, index): Segment => ({ kind: "copy", layer: 0, start: index * 3900, end: index * 3900 + 10 }),
    );
    const { input, reads } = watchedInput(segments);
    await gather(render(input, signal));
    const bytes = reads.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(bytes).toBeLessThanOrEqual(8_000_000);
    expect(Math.max(...reads.map(({ start, end }) => end - start))).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  test("reads a long run in pieces of at most 512 KiB and hands them on as they were read", async () => {
    const segments: Segment[] = [{ kind: "copy", layer: 0, start: 5, end: 7_000_000 }];
    const { input, reads, buffers } = watchedInput(segments);
    const chunks: Uint8Array[] = [];
    for await (const chunk of render(input, signal)) chunks.push(chunk);
    expect(Math.max(...reads.map(({ start, end }) => end - start))).toBe(512 * 1024);
    expect(chunks.every((chunk, index) => chunk === buffers[index])).toBe(true);
  });

  test("joins small segments into chunks of up to 512 KiB", async () => {
    const segments = smallRuns(20_000);
    const { input } = watchedInput(segments);
    const lengths: number[] = [];
    for await (const chunk of render(input, signal)) lengths.push(chunk.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(512 * 1024);
    expect(lengths.length).toBeLessThan(250);
  });

  test("reads only a few chunks ahead, whatever the consumer does", async () => {
    const { input, reads } = watchedInput([{ kind: "copy", layer: 0, start: 0, end: 8_000_000 }]);
    const stream = render(input, signal);
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reads.length).toBeLessThanOrEqual(3);
    await stream.return(undefined);
    expect(reads.length).toBeLessThanOrEqual(3);
  });

  test("never yields the buffers of the plan", async () => {
    const fresh = Buffer.from("kept");
    const segments: Segment[] = [{ kind: "fresh", bytes: fresh }];
    await gather(render(watchedInput(segments).input, signal));
    expect(fresh.toString()).toBe("kept");
  });

  test("throws if the plan copies from a layer that does not exist", async () => {
    const input = { ...encodeInput([{ kind: "copy", layer: 0, start: 0, end: 9 }], TARS), layers: [] };
    await expect(gather(render(input, signal))).rejects.toThrow("copies from layer 0");
  });
});

/** Files of two layers alternately, each after a fresh header, as in a canonical plan. */
function smallRuns(count: number): Segment[] {
  return Array.from({ length: count }, (_, index): Segment => {
    const start = Math.floor(index / 4) * 512;
    if (index % 2 === 0) return { kind: "fresh", bytes: Buffer.from(`header ${index}`) };
    return { kind: "copy", layer: ((index - 1) / 2) % 2, start, end: start + 400 };
  });
}

function watchedInput(segments: readonly Segment[]) {
  const input = encodeInput(segments, TARS);
  const reads: ByteRange[] = [];
  const buffers: Uint8Array[] = [];
  const layers = input.layers.map(({ tar, size }) => ({
    size,
    tar: {
      ...tar,
      async read(range: ByteRange) {
        reads.push(range);
        const bytes = await tar.read(range);
        buffers.push(bytes);
        return bytes;
      },
    },
  }));
  return { input: { ...input, layers }, reads, buffers };
}
