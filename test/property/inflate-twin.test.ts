import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeflateMap } from "../../src/kernel/deflate-map.ts";
import { sampleBytes } from "../support/byte-streams.ts";
import { anyDialect, DIALECTS } from "../support/deflate-dialects.ts";
import { inflated } from "../support/inflated.ts";
import { Chance, compareOn, mutate, soundStreams } from "../support/mutated-streams.ts";
import { seed, useSeed } from "../support/seed.ts";
import { inflateSlowly, type SlowBlock, type SlowlyInflated } from "../support/slow-inflate.ts";

useSeed();

/** Stretches as rows, to be compared and printed. */
interface Stretch {
  readonly bitStart: number;
  readonly bitEnd: number;
  readonly outStart: number;
  readonly kind: number;
}

describe("the kernel and its slow twin", () => {
  test.each(DIALECTS)("make the same bytes and blocks of a large file, $name", ({ gzip }) => {
    const content = Buffer.concat([sampleBytes(400_000, 11), Buffer.alloc(100_000), sampleBytes(200_000, 12)]);
    const file = gzip(content);
    const twin = inflateSlowly(file);
    const { bytes, map } = inflated(file, 65_536);
    expect(bytes?.equals(content)).toBe(true);
    expect(twin.bytes.equals(content)).toBe(true);
    expect(map && stretches(map)).toEqual(stretchesOf(twin.blocks));
    expect(map && [...map.memberStart]).toEqual(membersOf(twin));
  });

  test("make the same of any file, however it arrives", () => {
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
        expect(actual.map && stretches(actual.map)).toEqual(stretchesOf(twin.blocks));
        expect(actual.map && [...actual.map.memberStart]).toEqual(membersOf(twin));
      },
    );
    fc.assert(property, { numRuns: 150 });
  });
});

describe("the kernel and zlib", () => {
  test("refuse the same damaged streams for the same reasons, and make the same bytes of the others", () => {
    const streams = soundStreams();
    const chance = new Chance(seed);
    const compared = Array.from({ length: 20_000 }, () =>
      compareOn(mutate(streams, chance), chance.below(2) === 0 ? chance : undefined),
    );
    expect(compared.flatMap(({ difference }) => difference ?? [])).toEqual([]);
    expect(new Set(compared.map(({ zlib }) => zlib)).size).toBe(13);
  });
});

function stretches({ length, bitStart, bitEnd, outStart, kind }: DeflateMap): Stretch[] {
  return Array.from({ length }, (_, row) => ({
    bitStart: bitStart[row] ?? Number.NaN,
    bitEnd: bitEnd[row] ?? Number.NaN,
    outStart: outStart[row] ?? Number.NaN,
    kind: kind[row] ?? Number.NaN,
  }));
}

/** What the map of these blocks should be: neighbours of whole coded blocks, together until they have made 64 KiB. */
function stretchesOf(blocks: readonly SlowBlock[]): Stretch[] {
  const made: Stretch[] = [];
  for (const block of blocks.filter(({ start, end }) => end > start)) {
    const kind = block.type === "stored" ? 2 : block.final ? 1 : 0;
    const bitStart = kind === 2 ? block.bodyBit : block.headerBit;
    const last = made.at(-1);
    const joins = kind === 0 && last?.kind === 0 && last.bitEnd === bitStart && block.start - last.outStart < 65_536;
    if (joins) made[made.length - 1] = { ...last, bitEnd: block.endBit };
    else made.push({ bitStart, bitEnd: block.endBit, outStart: block.start, kind });
  }
  return made;
}

/** Where members begin that make anything, and 0. */
function membersOf({ memberStarts, bytes }: SlowlyInflated): number[] {
  return [...new Set([0, ...memberStarts.filter((start) => start < bytes.length)])];
}
