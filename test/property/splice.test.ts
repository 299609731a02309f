import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleBytes } from "../support/byte-streams.ts";
import { anyDialect, DIALECTS } from "../support/deflate-dialects.ts";
import { useSeed } from "../support/seed.ts";
import { concatenated, gzipSource, type MemorySource, type Piece, spliced } from "../support/splice-fixture.ts";
import { noise, selections } from "../support/splice-selections.ts";

useSeed();

const CONTENT = Buffer.concat([
  sampleBytes(180_000, 21),
  Buffer.alloc(90_000),
  noise(40_000),
  sampleBytes(150_000, 22),
]);

describe("what the splicer writes", () => {
  test.each(DIALECTS)("is any selection of a layer, $name", ({ gzip }) => {
    const source = gzipSource(gzip(CONTENT));
    fc.assert(
      fc.property(selections([source]), (pieces) => isRight(pieces)),
      { numRuns: 25 },
    );
  });

  test("is any selection of layers of different dialects, and of one that is not compressed", () => {
    const layers = fc
      .array(fc.tuple(anyDialect, fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 999 })), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => parts.map(([{ gzip }, length, salt]) => gzipSource(gzip(sampleBytes(length, salt)))));
    const property = fc.property(
      layers.chain((sources) => selections([...sources, PLAIN])),
      (pieces) => isRight(pieces),
    );
    fc.assert(property, { numRuns: 60 });
  });
});

const PLAIN: MemorySource = { tar: CONTENT, size: CONTENT.length };

function isRight(pieces: readonly Piece[]): void {
  const expected = concatenated(pieces);
  const { stream, tar, tally } = spliced(pieces);
  expect(inflateRawSync(stream).equals(expected)).toBe(true);
  expect(tar.equals(expected)).toBe(true);
  expect(tally.spliced + tally.transcoded + tally.recompressed).toBe(expected.length);
}
