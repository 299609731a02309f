import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { gzip } from "../../../src/encode/gzip.ts";
import { gather, pieces, sampleBytes } from "../../support/byte-streams.ts";

const options = { level: 6, concurrency: 2, signal: new AbortController().signal };
const CONTENT = sampleBytes(5_000_000);

describe("gzip", () => {
  test("writes one member without time or name, system unknown", async () => {
    const blob = await gather(gzip(pieces(CONTENT, 70_000), options));
    expect(blob.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
    // After the only member another header would follow.
    expect(execFileSync("gzip", ["-lv"], { input: blob }).toString()).toContain(" 5000000 ");
    expect(gunzipSync(blob).equals(CONTENT)).toBe(true);
  });

  test.each([0, 1, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1])("holds %s bytes exactly", async (length) => {
    const blob = await gather(gzip(pieces(CONTENT.subarray(0, length)), options));
    expect(gunzipSync(blob).equals(CONTENT.subarray(0, length))).toBe(true);
  });

  test("does not depend on how its input is cut into chunks", async () => {
    const [first, ...others] = await Promise.all(
      [5_000_000, 4096, 99_991].map((size) => gather(gzip(pieces(CONTENT, size), options))),
    );
    for (const other of others) expect(other.equals(first ?? Buffer.alloc(0))).toBe(true);
  });

  test("is within one hundredth of the size that the gzip command makes", async () => {
    const blob = await gather(gzip(pieces(CONTENT), options));
    const theirs = execFileSync("gzip", ["-6c"], { input: CONTENT, maxBuffer: CONTENT.length });
    expect(blob.length / theirs.length).toBeLessThan(1.01);
  });
});
