import { execFileSync } from "node:child_process";
import { constants, crc32, deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Outcome, sampleBytes } from "../support/byte-streams.ts";

const CONTENT = sampleBytes(300_000);
const SMALL = Buffer.from("a small file, a small file, and its end\n");
const CHUNKS = [undefined, 1000, 7, 1];

/** Reads a whole gzip file that arrives in chunks of `size` bytes, by default in one. */
export type ReadGzip = (bytes: Uint8Array, size?: number) => Promise<Outcome>;

/** A member whose header has every optional field. RFC 1952 §2.3.1 */
export function memberWithAllFields(content: Buffer): Buffer {
  const extra = Buffer.from("RF\x04\x00abcd", "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(extra.length);
  const head = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0b11110, 1, 2, 3, 4, 2, 3]),
    length,
    extra,
    Buffer.from("name.tar\0a comment\0", "latin1"),
  ]);
  const headCheck = Buffer.alloc(2);
  headCheck.writeUInt16LE(crc32(head) % 65_536);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, headCheck, deflateRawSync(content), trailer]);
}

/** The contract of every reader of gzip files: the same bytes, the same files refused. */
export function gzipSuite(name: string, read: ReadGzip): void {
  describe(name, () => {
    test.each([
      ["level 1", gzipSync(CONTENT, { level: 1 })],
      ["stored blocks", gzipSync(CONTENT, { level: 0 })],
      ["fixed codes", gzipSync(CONTENT, { strategy: constants.Z_FIXED })],
      ["every header field", memberWithAllFields(CONTENT)],
      ["the gzip command", execFileSync("gzip", ["-9c"], { input: CONTENT })],
    ])("reads a member made with %s, however it arrives", async (_, bytes) => {
      for (const size of CHUNKS.slice(0, 3)) {
        expect((await read(bytes, size)).bytes?.equals(CONTENT)).toBe(true);
      }
    });

    test.each(CHUNKS)("reads consecutive members as one stream (chunks of %s)", async (size) => {
      const empty = gzipSync("");
      const members = [empty, gzipSync(SMALL), empty, memberWithAllFields(SMALL), gzipSync(SMALL, { level: 0 }), empty];
      const { bytes } = await read(Buffer.concat(members), size);
      expect(bytes?.toString()).toBe(SMALL.toString().repeat(3));
    });

    test("reads thousands of tiny members, as eStargz has them", async () => {
      const members = Array.from({ length: 3000 }, (_, index) => gzipSync(`${index}\n`));
      const expected = Array.from({ length: 3000 }, (_, index) => `${index}\n`).join("");
      expect((await read(Buffer.concat(members), 65_536)).bytes?.toString()).toBe(expected);
    });

    test.each(CHUNKS)("accepts zero bytes after the last member with a diagnostic (chunks of %s)", async (size) => {
      for (const zeros of [1, 511, 2000]) {
        const outcome = await read(Buffer.concat([gzipSync(SMALL), Buffer.alloc(zeros)]), size);
        expect(outcome.bytes?.equals(SMALL)).toBe(true);
        expect(outcome.diagnostics.map(({ rule }) => rule)).toEqual(["R8.2"]);
      }
    });

    test.each(CHUNKS)("refuses anything else after the last member (chunks of %s)", async (size) => {
      const member = gzipSync(SMALL);
      const junk = ["x", "\x1f", "\x1f\x8b", "\x1f\x8b\x08\x00", "\0\0x", "BZh9"].map((text) =>
        Buffer.from(text, "latin1"),
      );
      for (const tail of [
        ...junk,
        Buffer.concat([Buffer.alloc(600), member]),
        Buffer.concat([Buffer.alloc(1), member]),
      ]) {
        expect(await read(Buffer.concat([member, tail]), size)).toMatchObject({ code: "GZIP_INVALID" });
      }
    });

    test("refuses a file that ends early at any byte", async () => {
      const bytes = Buffer.concat([memberWithAllFields(SMALL), gzipSync(SMALL)]);
      const firstEnds = memberWithAllFields(SMALL).length;
      for (let length = 3; length < bytes.length; length++) {
        if (length === firstEnds) continue;
        const outcome = await read(bytes.subarray(0, length));
        expect([length, outcome.code]).toEqual([length, "GZIP_INVALID"]);
      }
    });

    test("refuses every flipped bit, or reads the same bytes if the bit does not matter", async () => {
      const bytes = memberWithAllFields(SMALL);
      for (let bit = 24; bit < bytes.length * 8; bit++) {
        const damaged = flip(bytes, bit);
        const outcome = await read(damaged);
        if (outcome.code === undefined) expect([bit, outcome.bytes?.equals(SMALL)]).toEqual([bit, true]);
        else expect([bit, outcome.code]).toEqual([bit, "GZIP_INVALID"]);
      }
    });

    test("returns the content or refuses, for any damage to any file", async () => {
      const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
      const property = fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 4000 }),
        damage,
        fc.integer({ min: 1, max: 5000 }),
        async (content, edits, size) => {
          const bytes = Buffer.from(gzipSync(content));
          for (const [at, value] of edits) bytes[3 + (at % (bytes.length - 3))] = value;
          const outcome = await read(bytes, size);
          if (outcome.code === undefined) expect(outcome.bytes?.equals(content)).toBe(true);
          else expect(outcome.code).toBe("GZIP_INVALID");
        },
      );
      await fc.assert(property, { numRuns: 300 });
    });
  });
}

function flip(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(bit / 8);
  const weight = 2 ** (bit % 8);
  const value = bytes[at] ?? 0;
  copy[at] = Math.floor(value / weight) % 2 === 1 ? value - weight : value + weight;
  return copy;
}
