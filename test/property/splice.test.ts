import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleBytes } from "../support/byte-streams.ts";
import { anyDialect, DIALECTS } from "../support/deflate-dialects.ts";
import { useSeed } from "../support/seed.ts";
import { concatenated, gzipSource, type MemorySource, type Piece, spliced } from "../support/splice-fixture.ts";

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

/** Long and short copies, near each other, far apart, and twice, with fresh bytes between them. */
function selections(sources: readonly MemorySource[]): fc.Arbitrary<Piece[]> {
  const copy = fc.constantFrom(...sources).chain((source) => {
    const anywhere = fc.nat(source.size);
    const near = fc.nat(Math.min(source.size, 3000)).map((back) => source.size - back);
    const length = fc.oneof(fc.nat(600), fc.nat(40_000), fc.nat(source.size));
    return fc.tuple(fc.oneof(anywhere, near, fc.constant(0)), length).map(
      ([start, bytes]): Piece => ({
        source,
        start,
        end: Math.min(source.size, start + bytes),
      }),
    );
  });
  const neighbours = fc
    .constantFrom(...sources)
    .chain((source) =>
      fc
        .tuple(fc.nat(source.size), fc.array(fc.tuple(fc.nat(1500), fc.nat(9000)), { minLength: 2, maxLength: 6 }))
        .map(([start, gaps]) => runs(source, start, gaps)),
    );
  const fresh = fc.uint8Array({ maxLength: 1200 }).map((bytes): Piece => ({ fresh: bytes }));
  const zeros = fc.nat(100_000).map((length): Piece => ({ zeros: length }));
  const some = fc.oneof(
    { weight: 5, arbitrary: copy.map((piece) => [piece]) },
    { weight: 3, arbitrary: neighbours },
    { weight: 2, arbitrary: fresh.map((piece) => [piece]) },
    { weight: 1, arbitrary: zeros.map((piece) => [piece]) },
  );
  return fc.array(some, { maxLength: 12 }).map((pieces) => pieces.flat());
}

/** Copies in the order of the tar, with something left out between them: what most joints of real layers are. */
function runs(source: MemorySource, from: number, gaps: readonly (readonly [number, number])[]): Piece[] {
  let at = from;
  return gaps.map(([gap, length]) => {
    const start = Math.min(source.size, at + gap);
    at = Math.min(source.size, start + length);
    return { source, start, end: at };
  });
}

/** Bytes that no compressor makes smaller. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 48_271) % (2 ** 31 - 1);
      return Math.floor(state / 1000) % 256;
    }),
  );
}
