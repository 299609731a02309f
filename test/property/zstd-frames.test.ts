import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { decompress as fzstd } from "fzstd";
import { expect, test } from "vitest";
import { createEncoder } from "../../src/encode/encoders.ts";
import { gather, sampleBytes } from "../support/byte-streams.ts";
import { encodeContext, encodeInput, expectedTar, segmentsArbitrary } from "../support/encode-fixture.ts";
import { useSeed } from "../support/seed.ts";
import { inFrames, zstdLayer } from "../support/zstd-layers.ts";

useSeed();

const TARS = [sampleBytes(900_000, 1), sampleBytes(300_000, 2)];
const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 3000, max: 400_000 })), {
  minLength: 1,
  maxLength: 6,
});

test("layers of any ranges of any frames decode to what the plan says, in every decoder, for any concurrency", async () => {
  const property = fc.asyncProperty(lengths, segmentsArbitrary(TARS), async (frames, segments) => {
    // With shorter frames only there would be more than a thousand, which takes too long.
    fc.pre(Math.max(...frames) > 900);
    const layers = await Promise.all(TARS.map((tar) => zstdLayer(tar, inFrames(tar, frames))));
    const [blob, again] = await Promise.all(
      [1, 8].map(async (concurrency) => {
        const layer = createEncoder("zstd").encode(encodeInput(segments, TARS, layers), encodeContext({ concurrency }));
        return gather(layer.stream);
      }),
    );
    if (blob === undefined || again === undefined) throw new Error("no blob");
    expect(again.equals(blob)).toBe(true);
    const tar = expectedTar(segments, TARS);
    expect(execFileSync("zstd", ["-dc"], { input: blob, maxBuffer: 2 ** 28 }).equals(tar)).toBe(true);
    expect(Buffer.from(fzstd(blob)).equals(tar)).toBe(true);
  });
  await fc.assert(property, { numRuns: 25 });
});
