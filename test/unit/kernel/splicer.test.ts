import { createHash } from "node:crypto";
import { deflateRawSync, gzipSync, inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Splicer } from "../../../src/kernel/splicer.ts";
import { STRETCH } from "../../../src/kernel/stretch.ts";
import { sampleBytes } from "../../support/byte-streams.ts";
import { inflateSlowly } from "../../support/slow-inflate.ts";
import {
  concatenated,
  gzipFile,
  gzipSource,
  type MemorySource,
  oneBlock,
  type Piece,
  spliced,
} from "../../support/splice-fixture.ts";

const CONTENT = sampleBytes(400_000, 31);
const SOURCE = gzipSource(gzipSync(CONTENT));
const REACH = 32_768;
const MAX_MATCH = 258;

describe("a copy", () => {
  test("of a whole layer has the same bits, except the first bit of the last block", () => {
    const { stream, tally } = written([{ source: SOURCE, start: 0, end: SOURCE.size }]);
    expect(tally).toEqual({ spliced: SOURCE.size, transcoded: 0, recompressed: 0 });
    expect(stream.length).toBeLessThan((SOURCE.deflate?.blob.length ?? 0) + 10);
  });

  test("of a whole layer reads only the end of its tar, to which later matches may refer", () => {
    let read = 0;
    const splicer = new Splicer<Uint8Array>(() => {});
    for (const { bytes, start, end, into } of splicer.copy(SOURCE, 0, SOURCE.size)) {
      if (bytes === SOURCE.tar) read += end - start;
      into.set(bytes.subarray(start, end));
    }
    expect(read).toBeGreaterThanOrEqual(REACH);
    expect(read).toBeLessThan(SOURCE.size / 2);
    expect(splicer.position).toBe(SOURCE.size);
  });

  test("that begins inside a layer is encoded again for 32 KiB, and then has the same bits", () => {
    const { tally } = written([{ source: SOURCE, start: 100_001, end: SOURCE.size }]);
    expect(tally.transcoded).toBeGreaterThanOrEqual(REACH);
    expect(tally.transcoded).toBeLessThan(REACH + 2 * MAX_MATCH);
    expect(tally.recompressed).toBe(0);
  });

  test("that begins inside a layer never refers to bytes before it, even if matches reach back as far as possible", () => {
    // The kernel makes matches at distance 32,768, zlib does not. Noise of 7 bits per byte is coded, not stored.
    const noise = createHash("shake256", { outputLength: REACH + 16_000 })
      .update("noise")
      .digest();
    const coded = Buffer.from(noise.map((byte) => byte % 128));
    const tar = Buffer.concat([coded.subarray(0, REACH), coded.subarray(0, 2 * MAX_MATCH), coded.subarray(REACH)]);
    const source = gzipSource(gzipFile(spliced([{ fresh: tar }])));
    for (const start of [1, 1 + MAX_MATCH]) written([{ source, start, end: tar.length }]);
  });

  test("that ends inside a block has the same bits up to the last symbol", () => {
    const { tally } = written([{ source: SOURCE, start: 0, end: 200_001 }]);
    expect(tally.transcoded).toBeLessThan(MAX_MATCH);
  });

  test("that begins with a member has the same bits from its beginning on", () => {
    const blob = Buffer.concat([gzipSync(CONTENT.subarray(0, 150_000)), gzipSync(CONTENT.subarray(150_000))]);
    const { tally } = written([{ source: gzipSource(blob), start: 149_000, end: 300_000 }]);
    expect(tally.transcoded).toBeLessThanOrEqual(1000 + MAX_MATCH);
  });

  test("writes stored blocks as bytes, at any bit offset", () => {
    const source = gzipSource(gzipSync(CONTENT, { level: 0 }));
    const pieces: Piece[] = [
      { fresh: Buffer.from("odd") },
      { source, start: 777, end: 200_000 },
      { source, start: 200_003, end: 390_000 },
    ];
    const { stream, tar, tally } = written(pieces);
    expect(tally.recompressed).toBe(3);
    const stored = inflateSlowly(gzipFile({ stream, tar })).blocks.filter(({ type }) => type === "stored");
    expect(stored.reduce((sum, { start, end }) => sum + end - start, 0)).toBeGreaterThan(380_000);
  });

  test("does not copy fewer bits of a block than four times its header", () => {
    const blocks = inflateSlowly(Buffer.from(SOURCE.deflate?.blob ?? [])).blocks;
    // The last stretch is one block; only its last three symbols do not refer to bytes before the copy.
    const resumed = blocks.at(-1)?.symbols.at(-3)?.at ?? 0;
    const { stream, tar, tally } = written([{ source: SOURCE, start: resumed - REACH, end: SOURCE.size }]);
    expect(tally.spliced).toBe(0);
    expect(inflateSlowly(gzipFile({ stream, tar })).blocks.some(({ symbols }) => symbols.length === 3)).toBe(false);
  });

  test("redirects matches to an earlier copy of the bytes that they refer to", () => {
    const phrase = sampleBytes(2000, 77);
    const tar = Buffer.concat([phrase, sampleBytes(3000, 5), phrase, sampleBytes(60_000, 6)]);
    const source = gzipSource(gzipSync(tar));
    const alone = written([{ source, start: 5000, end: tar.length }]);
    const after = written([
      { source, start: 0, end: 2000 },
      { source, start: 5000, end: tar.length },
    ]);
    // The second copy of the phrase needs almost no bytes.
    expect(after.stream.length - alone.stream.length).toBeLessThan(150);
  });

  test("of less than a kilobyte is compressed", () => {
    const { tally } = written([{ source: SOURCE, start: 5000, end: 5500 }]);
    expect(tally).toEqual({ spliced: 0, transcoded: 500, recompressed: 0 });
  });

  test("that is small is compressed if its symbols are far from the last place, as with unsorted names", () => {
    const blob = gzipSync(CONTENT);
    const { source, read } = observed(blob);
    const starts = Array.from({ length: 200 }, (_, at) => ((at * 77) % 200) * 2000);
    const { stream } = written(starts.map((start) => ({ source, start, end: start + 2000 })));
    expect(read()).toBeLessThan(12 * blob.length);
    expect(stream.length).toBeLessThan(1.1 * blob.length);
  });

  test("that is larger is compressed too if the layer is a single block, as written by igzip -0", () => {
    const tar = sampleBytes(4_000_000);
    const blob = oneBlock(tar);
    const { source, read } = observed(blob);
    const starts = Array.from({ length: 100 }, (_, at) => tar.length - (at + 1) * 40_000);
    const { tally } = written(starts.map((start) => ({ source, start, end: start + 40_000 })));
    expect(read()).toBeLessThan(4 * blob.length);
    expect(tally.transcoded).toBeGreaterThan(0.9 * tar.length);
  });

  test("of a mixed stretch counts as recompressed, wherever it begins", () => {
    const { deflate } = SOURCE;
    if (deflate === undefined) throw new Error("the source is compressed");
    const map = { ...deflate.map, kind: deflate.map.kind.slice().fill(STRETCH.mixed) };
    const source = { ...SOURCE, deflate: { ...deflate, map } };
    const start = (map.outStart[1] ?? 0) + 30_000;
    const { tally } = written([{ source, start, end: start + 2000 }]);
    expect(tally).toEqual({ spliced: 0, transcoded: 0, recompressed: 2000 });
  });

  test("works in blocks that produce megabytes, also backwards", () => {
    const tar = Buffer.concat([sampleBytes(3_000_000, 9), Buffer.alloc(6_000_000), sampleBytes(3_000_000, 10)]);
    const source = gzipSource(oneBlock(tar));
    expect(source.deflate?.map.length).toBe(1);
    const { tally } = written([
      { source, start: 5_000_000, end: 11_000_000 },
      { source, start: 1_000_000, end: 2_000_000 },
      { source, start: 3_000_000, end: 3_500_000 },
    ]);
    expect(tally.spliced).toBeGreaterThan(7_300_000);
  });

  test("of bytes that do not match the map is an error", () => {
    const tar = Uint8Array.from(SOURCE.tar);
    tar.fill(1, 100_000, 140_000);
    expect(() => spliced([{ source: { ...SOURCE, tar }, start: 100_000, end: 200_000 }])).toThrow("not those");
  });
});

test("a blob that produces fewer or more bytes than the map says is an error, not an endless copy", () => {
  const first = gzipSync(CONTENT.subarray(0, 50_000));
  const source = gzipSource(Buffer.concat([first, gzipSync(CONTENT.subarray(50_000))]));
  const messages = new Set<unknown>();
  for (let at = first.length - 100; at < first.length - 8; at++) {
    const blob = Buffer.from(source.deflate?.blob ?? []);
    const byte = blob[at] ?? 0;
    blob[at] = byte % 32 < 16 ? byte + 16 : byte - 16;
    const changed = { ...source, deflate: source.deflate && { ...source.deflate, blob } };
    try {
      spliced([{ source: changed, start: 20_000, end: 90_000 }]);
    } catch (error) {
      messages.add(error instanceof Error ? error.message : error);
    }
  }
  expect([...messages]).toEqual(["the compressed bytes of a layer are not those that were scanned"]);
});

describe("fresh bytes", () => {
  test("are compressed about as well as by zlib", () => {
    const { stream } = written([{ fresh: CONTENT }]);
    expect(stream.length).toBeLessThan(deflateRawSync(CONTENT).length * 1.01);
  });

  test("become blocks of at most 16,384 tokens", () => {
    const { blocks } = inflateSlowly(gzipFile(written([{ fresh: CONTENT }])));
    expect(Math.max(...blocks.map(({ symbols }) => symbols.length))).toBe(16_384);
  });

  test("are stored if compression does not make them smaller", () => {
    const noise = createHash("shake256", { outputLength: 300_000 }).update("noise").digest();
    expect(written([{ fresh: noise }]).stream.length).toBeLessThan(noise.length + 200);
  });

  test("refer to bytes that were copied before them", () => {
    const fresh = SOURCE.tar.subarray(380_000, 395_000);
    const { stream } = written([{ source: SOURCE, start: 0, end: SOURCE.size }, { fresh }]);
    expect(stream.length).toBeLessThan((SOURCE.deflate?.blob.length ?? 0) + 400);
  });

  test("that are NULs need almost no space", () => {
    expect(written([{ zeros: 5_000_000 }]).stream.length).toBeLessThan(6000);
  });

  test("that are NULs need almost no time, even more than 4 GiB of them", () => {
    let size = 0;
    const splicer = new Splicer<Uint8Array>((bytes) => {
      size += bytes.length;
    });
    splicer.zeros(20_000_000_000);
    splicer.finish();
    expect(splicer.position).toBe(20_000_000_000);
    expect(size).toBeLessThan(20_000_000_000 / 1024);
  });

  test.each([524_288, 524_289, 557_058, 17_500_000])("before and after %i NULs need no more than zlib's", (zeros) => {
    const noise = createHash("shake256", { outputLength: 40_000 }).update("noise").digest();
    const { stream, tar } = written([
      { fresh: noise },
      { fresh: CONTENT.subarray(0, 20_000) },
      { zeros },
      { fresh: CONTENT },
    ]);
    expect(stream.length).toBeLessThan(deflateRawSync(tar).length * 1.01);
  });
});

test("the same pieces give the same bytes on every machine", () => {
  // The layer is compressed by the kernel, too: zlib's output differs between versions.
  const source = gzipSource(gzipFile(spliced([{ fresh: CONTENT }])));
  const { stream } = written([
    { fresh: sampleBytes(5000, 1) },
    { source, start: 3, end: 120_000 },
    { zeros: 3000 },
    { source, start: 120_512, end: 350_000 },
    { source, start: 90_000, end: 91_000 },
  ]);
  expect(createHash("sha256").update(stream).digest("hex")).toBe(
    "7da6855accdd56301b93b9e6bf61ef886d85f1dd3b172fe27cc58dcaed223fa0",
  );
});

/** A layer, and a function that returns how many bytes of its blob were read. */
function observed(blob: Buffer): { readonly source: MemorySource; read(): number } {
  const source = gzipSource(blob);
  let read = 0;
  blob.subarray = (start, end) => {
    read += (end ?? 0) - (start ?? 0);
    return Buffer.prototype.subarray.call(blob, start, end);
  };
  return { source, read: () => read };
}

/** Splices, and checks with zlib that the stream has the expected content. */
function written(pieces: readonly Piece[]): ReturnType<typeof spliced> {
  const result = spliced(pieces);
  expect(inflateRawSync(result.stream).equals(concatenated(pieces))).toBe(true);
  return result;
}
