import fc from "fast-check";
import { expect, test } from "vitest";
import type { ByteStream } from "../../../../src/bytes/byte-stream.ts";
import { PartReader, pieces, skipped } from "../../../../src/transport/registry/stream-parts.ts";

const CHUNKS = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 20 });

async function* streamOf(chunks: readonly Uint8Array[]): ByteStream {
  yield* chunks;
}

async function gather(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const chunk of stream) {
    expect(chunk.length).toBeGreaterThan(0);
    found.push(chunk);
  }
  return Buffer.concat(found);
}

test("skipping drops just the first bytes", async () => {
  await fc.assert(
    fc.asyncProperty(CHUNKS, fc.nat(450), async (chunks, bytes) => {
      expect(await gather(skipped(streamOf(chunks), bytes))).toEqual(Buffer.concat(chunks).subarray(bytes));
    }),
  );
});

test("pieces have one size except the last, and lose no bytes", async () => {
  await fc.assert(
    fc.asyncProperty(CHUNKS, fc.integer({ min: 1, max: 50 }), async (chunks, bytes) => {
      const found: Uint8Array[] = [];
      for await (const piece of pieces(streamOf(chunks), bytes)) found.push(piece);
      expect(Buffer.concat(found)).toEqual(Buffer.concat(chunks));
      expect(found.slice(0, -1).every(({ length }) => length === bytes)).toBe(true);
      expect(found.every(({ length }) => length > 0 && length <= bytes)).toBe(true);
    }),
  );
});

test("consecutive parts lose no bytes", async () => {
  await fc.assert(
    fc.asyncProperty(CHUNKS, fc.array(fc.integer({ min: 1, max: 60 })), async (chunks, sizes) => {
      await using reader = new PartReader(streamOf(chunks));
      const all = Buffer.concat(chunks);
      let start = 0;
      for (const size of sizes) {
        expect(await gather(reader.part(size)())).toEqual(all.subarray(start, start + size));
        start += size;
      }
    }),
  );
});

test("a part cannot be opened twice, and the failure is temporary", () => {
  const part = new PartReader(streamOf([new Uint8Array(5)])).part(5);
  part();
  expect(part).toThrow(expect.objectContaining({ code: "TRANSPORT_FAILED", details: { temporary: true } }));
});

test("disposing the parts closes the stream", async () => {
  let released = false;
  async function* held(): ByteStream {
    try {
      yield new Uint8Array(10);
      yield new Uint8Array(10);
    } finally {
      released = true;
    }
  }
  {
    await using reader = new PartReader(held());
    await gather(reader.part(5)());
  }
  expect(released).toBe(true);
});
