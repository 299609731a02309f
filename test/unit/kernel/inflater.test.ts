import { crc32, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Inflater } from "../../../src/kernel/inflater.ts";
import { gzipSuite, memberWithAllFields } from "../../conformance/gzip-suite.ts";
import { sampleBytes } from "../../support/byte-streams.ts";
import { inflated } from "../../support/inflated.ts";
import { useSeed } from "../../support/seed.ts";

useSeed();
gzipSuite("the inflater", (bytes, size) => Promise.resolve(inflated(bytes, size)));

describe("the inflater", () => {
  const content = sampleBytes(3_000_000);
  const member = gzipSync(content);

  test("refuses an empty file", () => {
    expect(inflated(Buffer.alloc(0))).toMatchObject({ code: "GZIP_INVALID", damagedAt: 0 });
  });

  test("tells the offset at which a file is truncated, or followed by other bytes", () => {
    expect(inflated(member.subarray(0, 1000)).damagedAt).toBe(1000);
    expect(inflated(Buffer.concat([member, Buffer.from("\0\0x")])).damagedAt).toBe(member.length + 2);
    expect(inflated(Buffer.concat([member, Buffer.from("xyz")])).damagedAt).toBe(member.length);
  });

  test("refuses a member whose checksum, length or header checksum is wrong", () => {
    for (const at of [member.length - 5, member.length - 1]) {
      expect(inflated(xored(member, at, 1)).code).toBe("GZIP_INVALID");
    }
    const small = memberWithAllFields(Buffer.from("small"));
    expect(inflated(small).code).toBeUndefined();
    expect(inflated(xored(small, 20, 1)).code).toBe("GZIP_INVALID");
  });

  test("computes the CRC-32 of its output, of parts of it, and of any other bytes", () => {
    const inflater = new Inflater();
    let whole = 0;
    inflater.push(member, (made) => {
      const piece = made.subarray(3, -5);
      expect(inflater.crc(piece, 7)).toBe(crc32(piece, 7));
      whole = inflater.crc(made, whole);
    });
    expect([whole, inflater.crc(content, 0)]).toEqual([crc32(content), crc32(content)]);
  });

  test("passes on all possible output before push returns", () => {
    for (const size of [1, 100, 5000]) {
      const short = content.subarray(0, size);
      expect(inflated(gzipSync(short), 1).bytes?.equals(short)).toBe(true);
    }
  });
});

function xored(bytes: Buffer, at: number, change: number): Buffer {
  const copy = Buffer.from(bytes);
  const byte = copy[at] ?? 0;
  copy[at] = byte % 2 === 0 ? byte + change : byte - change;
  return copy;
}
