import { expect, test } from "vitest";
import type { ByteRange } from "../../../src/bytes/byte-stream.ts";
import { readBatch } from "../../../src/encode/batch-reads.ts";
import type { Segment } from "../../../src/plan/merge-plan.ts";
import { sampleBytes } from "../../support/byte-streams.ts";
import { encodeInput, expectedTar } from "../../support/encode-fixture.ts";

const TAR = sampleBytes(8_000_000, 1);

test("a batch with thousands of copies, such as a zstd frame, is read a few MiB at a time", async () => {
  const segments = Array.from(
    { length: 4000 },
    (_, at): Segment => ({ kind: "copy", layer: 0, start: at * 2000, end: at * 2000 + 100 }),
  );
  const { layers } = encodeInput(segments, [TAR]);
  const lengths: number[] = [];
  let underWay = 0;
  const watched = layers.map(({ tar }) => ({
    tar: {
      ...tar,
      async read(range: ByteRange) {
        lengths.push(range.end - range.start);
        underWay += 1;
        expect(underWay).toBe(1);
        const bytes = await tar.read(range);
        underWay -= 1;
        return bytes;
      },
    },
  }));
  const bytes = await readBatch({ segments, size: 400_000 }, watched);
  expect(Buffer.compare(bytes, expectedTar(segments, [TAR]))).toBe(0);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2 * 1024 * 1024);
  expect(lengths.length).toBeLessThan(6);
});
