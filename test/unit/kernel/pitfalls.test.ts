import { deflateRawSync, inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BitString } from "../../support/bit-string.ts";
import { member } from "../../support/deflate-dialects.ts";
import { inflated } from "../../support/inflated.ts";
import { Chance, compareOn } from "../../support/mutated-streams.ts";

const FINAL = "1";
const NOT_FINAL = "0";
const FIXED_END = "0000000";
const PRECODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Lengths of the code words of some symbols. */
type Lengths = Readonly<Record<number, number>>;

/**
 * The header of a last block with dynamic codes, in which every length from 0 to 15 is written with 4 bits. RFC 1951
 * §3.2.7
 */
function dynamicHeader(literals: Lengths, distances: Lengths, counts = { literals: 286, distances: 30 }): BitString {
  const bits = new BitString().bits(FINAL).value(2, 2);
  bits
    .value(counts.literals - 257, 5)
    .value(counts.distances - 1, 5)
    .value(19 - 4, 4);
  for (const symbol of PRECODE_ORDER) bits.value(symbol < 16 ? 4 : 0, 3);
  for (let symbol = 0; symbol < counts.literals; symbol++) bits.bits(fourBits(literals[symbol] ?? 0));
  for (let symbol = 0; symbol < counts.distances; symbol++) bits.bits(fourBits(distances[symbol] ?? 0));
  return bits;
}

function fourBits(value: number): string {
  return value.toString(2).padStart(4, "0");
}

function fixed(): BitString {
  return new BitString().bits(FINAL).value(1, 2);
}

/** Words of the fixed code: "a" is 0x30 + 0x61. */
const A = (0x30 + 0x61).toString(2).padStart(8, "0");
const LENGTH_3 = "0000001";

const REFUSED: readonly (readonly [why: string, stream: BitString, reason: string])[] = [
  ["a last symbol that ends behind the last bit", fixed().bits(A).bits("00000"), "unexpected end of file"],
  ["a block of the fourth type", new BitString().bits(FINAL).value(3, 2).value(0, 64), "invalid block type"],
  [
    "a stored block whose lengths differ",
    new BitString().bits("100").bytes(2, 0, 0, 0, 1, 2),
    "invalid stored block lengths",
  ],
  [
    "287 literal codes",
    dynamicHeader({ 256: 1 }, {}, { literals: 287, distances: 1 }),
    "too many length or distance symbols",
  ],
  [
    "31 distance codes",
    dynamicHeader({ 256: 1 }, {}, { literals: 257, distances: 31 }),
    "too many length or distance symbols",
  ],
  ["an over-subscribed literal code", dynamicHeader({ 0: 1, 1: 1, 256: 1 }, {}), "invalid literal/lengths set"],
  ["an incomplete literal code", dynamicHeader({ 0: 2, 256: 2 }, {}), "invalid literal/lengths set"],
  ["an over-subscribed distance code", dynamicHeader({ 256: 1 }, { 0: 1, 1: 1, 2: 1 }), "invalid distances set"],
  ["an incomplete distance code", dynamicHeader({ 256: 1 }, { 0: 2, 1: 2 }), "invalid distances set"],
  ["no end of block", dynamicHeader({ 0: 1, 1: 1 }, {}), "invalid code -- missing end-of-block"],
  [
    "the word that a code of one word leaves out",
    dynamicHeader({ 256: 1 }, {}).bits("1"),
    "invalid literal/length code",
  ],
  [
    "a distance where there is no distance code",
    dynamicHeader({ 65: 2, 256: 2, 257: 1 }, {}).bits("10").bits("0").bits("0"),
    "invalid distance code",
  ],
  ["a fixed length code without a meaning", fixed().bits("11000110"), "invalid literal/length code"],
  ["a fixed distance code without a meaning", fixed().bits(A).bits(LENGTH_3).bits("11110"), "invalid distance code"],
  ["a distance before the first byte", fixed().bits(LENGTH_3).bits("00000"), "invalid distance too far back"],
  ["a distance one byte too far", fixed().bits(A).bits(LENGTH_3).bits("00001"), "invalid distance too far back"],
];

describe("a stream that zlib refuses is refused for the same reason:", () => {
  test.each(REFUSED)("%s", (_, stream, reason) => {
    for (const cuts of [undefined, new Chance(1)]) {
      const padded =
        reason === "unexpected end of file" ? stream.toBuffer() : Buffer.concat([stream.toBuffer(), Buffer.alloc(64)]);
      expect(compareOn(padded, cuts)).toEqual({ zlib: reason, difference: undefined });
    }
  });
});

describe("an unusual stream is read:", () => {
  test("the only distance code has one bit, the only literal code besides the end too", () => {
    const stream = dynamicHeader({ 65: 2, 256: 2, 257: 1 }, { 0: 1 }).bits("10").bits("0 0").bits("0 0").bits("11");
    expect(inflateRawSync(stream.toBuffer()).toString()).toBe("AAAAAAA");
    expect(compareOn(stream.toBuffer())).toEqual({ zlib: "accepted", difference: undefined });
  });

  test("length 258 as 227 and 31 more", () => {
    const stream = fixed().bits(A).bits("11000100").value(31, 5).bits("00000").bits(FIXED_END);
    expect(inflateRawSync(stream.toBuffer()).length).toBe(259);
    expect(compareOn(stream.toBuffer())).toEqual({ zlib: "accepted", difference: undefined });
  });

  test("empty blocks of every type, one after another", () => {
    const stream = new BitString();
    for (let left = 300; left > 0; left--) {
      stream.bits(NOT_FINAL).value(1, 2).bits(FIXED_END);
      stream.bits(NOT_FINAL).value(0, 2).bytes(0, 0, 0xff, 0xff);
    }
    stream.bits(FINAL).value(1, 2).bits(A).bits(FIXED_END);
    expect(compareOn(stream.toBuffer(), new Chance(2))).toEqual({ zlib: "accepted", difference: undefined });
  });

  test("matches that overlap themselves, of any length from any small distance", () => {
    const parts: Buffer[] = [];
    for (let distance = 1; distance <= 40; distance++) {
      for (let length = 3; length <= 258; length += 5) {
        parts.push(noise(9), Buffer.alloc(distance + length, noise(distance)));
      }
    }
    const stream = deflateRawSync(Buffer.concat(parts), { level: 9 });
    for (const cuts of [undefined, new Chance(3)]) {
      expect(compareOn(stream, cuts)).toEqual({ zlib: "accepted", difference: undefined });
    }
  });

  test("history ends where a member begins", () => {
    const reachesBack = fixed().bits(LENGTH_3).bits("00000").bits(FIXED_END).toBuffer();
    const first = member([], Buffer.alloc(0));
    const broken = Buffer.concat([first, first.subarray(0, 10), reachesBack, Buffer.alloc(8)]);
    expect(inflated(broken)).toMatchObject({ code: "GZIP_INVALID" });
  });
});

const chance = new Chance(4);

function noise(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => chance.below(251)));
}
