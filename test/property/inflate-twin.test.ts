import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleBytes } from "../support/byte-streams.ts";
import { anyDialect, DIALECTS } from "../support/deflate-dialects.ts";
import { expectedMap, mapRows } from "../support/expected-map.ts";
import { inflated } from "../support/inflated.ts";
import { Chance, compareOn, mutate, soundStreams } from "../support/mutated-streams.ts";
import { seed, useSeed } from "../support/seed.ts";
import { inflateSlowly } from "../support/slow-inflate.ts";

useSeed();

describe("the kernel and its slow twin", () => {
  test.each(DIALECTS)("decode a large file to the same bytes and blocks, $name", ({ gzip }) => {
    const content = Buffer.concat([sampleBytes(400_000, 11), Buffer.alloc(100_000), sampleBytes(200_000, 12)]);
    const file = gzip(content);
    const twin = inflateSlowly(file);
    const { bytes, map } = inflated(file, 65_536);
    expect(bytes?.equals(content)).toBe(true);
    expect(twin.bytes.equals(content)).toBe(true);
    expect(map && mapRows(map)).toEqual(expectedMap(twin));
  });

  test("decode any file to the same, whatever its chunks", () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.tuple(fc.nat(9000), fc.nat(1000)).map(([length, salt]) => sampleBytes(length, salt + 1)),
    );
    const property = fc.property(
      content,
      anyDialect,
      anyDialect,
      fc.integer({ min: 1, max: 3000 }),
      (bytes, a, b, cut) => {
        const file = Buffer.concat([a.gzip(Buffer.from(bytes)), b.gzip(Buffer.from(bytes))]);
        const twin = inflateSlowly(file);
        const actual = inflated(file, cut);
        expect(actual.bytes?.equals(twin.bytes)).toBe(true);
        expect(actual.map && mapRows(actual.map)).toEqual(expectedMap(twin));
      },
    );
    fc.assert(property, { numRuns: 150 });
  });
});

describe("the kernel and zlib", () => {
  test("refuse the same damaged streams for the same reasons, and decode the others to the same bytes", () => {
    const streams = soundStreams();
    const chance = new Chance(seed);
    const compared = Array.from({ length: 20_000 }, () =>
      compareOn(mutate(streams, chance), chance.below(2) === 0 ? chance : undefined),
    );
    expect(compared.flatMap(({ difference }) => difference ?? [])).toEqual([]);
    expect(new Set(compared.map(({ zlib }) => zlib)).size).toBe(13);
  });
});
