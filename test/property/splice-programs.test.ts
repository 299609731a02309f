import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleBytes } from "../support/byte-streams.ts";
import { COMPRESSORS, DECOMPRESSORS } from "../support/gzip-programs.ts";
import { useSeed } from "../support/seed.ts";
import { concatenated, gzipFile, gzipSource, spliced } from "../support/splice-fixture.ts";
import { noise, selections } from "../support/splice-selections.ts";

useSeed();

const CONTENT = Buffer.concat([
  sampleBytes(700_000, 41),
  noise(80_000),
  Buffer.alloc(200_000),
  sampleBytes(90_000, 42),
]);

describe("any selection of a layer that was compressed by", () => {
  test.each(COMPRESSORS)("$name is decoded correctly by every program here", (compressor) => {
    const source = gzipSource(compressor.run(CONTENT));
    const property = fc.property(selections([source]), (pieces) => {
      const file = gzipFile(spliced(pieces));
      const expected = concatenated(pieces);
      for (const { run, name } of DECOMPRESSORS) expect(run(file).equals(expected), name).toBe(true);
    });
    fc.assert(property, { numRuns: 12 });
  });
});
