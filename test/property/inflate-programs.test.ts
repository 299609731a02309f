import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sampleBytes } from "../support/byte-streams.ts";
import { expectedMap, mapRows } from "../support/expected-map.ts";
import { COMPRESSORS } from "../support/gzip-programs.ts";
import { inflated } from "../support/inflated.ts";
import { inflateSlowly } from "../support/slow-inflate.ts";

/** Text, a piece of a program, and a run of one byte: what files of an image contain. */
const CONTENT = Buffer.concat([
  sampleBytes(300_000, 51),
  readFileSync(process.execPath).subarray(50_000_000, 50_600_000),
  Buffer.alloc(200_000),
]);

describe("the kernel and its slow twin", () => {
  test.each(COMPRESSORS)("decode the output of $name to the same bytes and blocks", ({ run }) => {
    const file = run(CONTENT);
    const { bytes, map } = inflated(file, 65_536);
    expect(bytes?.equals(CONTENT)).toBe(true);
    expect(map && mapRows(map)).toEqual(expectedMap(inflateSlowly(file)));
  });
});
