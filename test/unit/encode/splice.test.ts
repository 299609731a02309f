import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createEncoder } from "../../../src/encode/encoders.ts";
import type { EncodeSource } from "../../../src/encode/layer-encoder.ts";
import type { Segment } from "../../../src/plan/merge-plan.ts";
import type { EncodedLayer } from "../../../src/transport/contracts.ts";
import { gather, sampleBytes } from "../../support/byte-streams.ts";
import { encodeContext, encodeInput } from "../../support/encode-fixture.ts";
import { inflated } from "../../support/inflated.ts";
import { memoryBytes } from "../../support/layer-index.ts";

const TARS = [sampleBytes(300_000, 3), sampleBytes(300_000, 4)];
const [GZIP_LAYER, PLAIN_LAYER] = [gzipLayer(0), plainLayer(1)];

describe("gzip without a level", () => {
  test("copies the bits of layers that are gzip, and compresses those that are not", async () => {
    const { copied } = await encode([copy(0, 0, 300_000), copy(1, 0, 200_000)], [GZIP_LAYER, PLAIN_LAYER]);
    expect(copied).toEqual({ verbatim: 0, spliced: 300_000, transcoded: 0, stored: 0, recompressed: 200_000 });
  });

  test("compresses all where less than half of the bytes come from gzip layers", async () => {
    const { copied } = await encode([copy(0, 0, 200_000), copy(1, 0, 201_000)], [GZIP_LAYER, PLAIN_LAYER]);
    expect(copied).toMatchObject({ spliced: 0, recompressed: 401_000 });
  });

  test("compresses all where the blobs cannot be read again", async () => {
    const { copied } = await encode([copy(0, 0, 300_000)], [plainLayer(0)]);
    expect(copied).toMatchObject({ spliced: 0, recompressed: 300_000 });
  });

  test("asks the scan for the blobs, and with a level does not", () => {
    expect(createEncoder("gzip").copies).toBe("gzip");
    expect(createEncoder("gzip", 6).copies).toBeUndefined();
    expect(createEncoder("zstd").copies).toBe("zstd");
  });

  test("is hardly larger than what zlib makes of it", async () => {
    const segments = Array.from({ length: 9 }, (_, part) => copy(0, part * 33_000, part * 33_000 + 32_000));
    const { size } = await encode(segments, [GZIP_LAYER]);
    expect(size).toBeLessThan(1.02 * gzipSync(TARS[0] ?? "").length);
  });
});

test("gzip with a level compresses all", async () => {
  const { copied } = await encode([copy(0, 0, 300_000)], [GZIP_LAYER], 6);
  expect(copied).toMatchObject({ spliced: 0, recompressed: 300_000 });
});

function copy(layer: number, start: number, end: number): Segment {
  return { kind: "copy", layer, start, end };
}

function plainLayer(number: number): EncodeSource {
  const tar = TARS[number] ?? Buffer.alloc(0);
  return { tar: memoryBytes(tar), size: tar.length };
}

function gzipLayer(number: number): EncodeSource {
  const blob = gzipSync(TARS[number] ?? "");
  const { map } = inflated(blob);
  if (map === undefined) throw new Error("no gzip");
  return { ...plainLayer(number), deflate: { map, blob: memoryBytes(blob) } };
}

async function encode(
  segments: readonly Segment[],
  layers: readonly EncodeSource[],
  level?: number,
): Promise<EncodedLayer> {
  const layer = createEncoder("gzip", level).encode(encodeInput(segments, TARS, layers), encodeContext());
  await gather(layer.stream);
  return layer.result();
}
