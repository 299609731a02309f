import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { ReadAhead } from "../../../src/transport/read-ahead.ts";

const MIB = 1024 * 1024;

/** Blobs that claim to have these sizes, and a source that notes which are asked for and which streams end. */
function sourceOf(sizes: readonly number[]) {
  const blobs = sizes.map((size, at): Descriptor => ({ mediaType: "", digest: sha256(Buffer.from([at])), size }));
  const asked: number[] = [];
  const ended: number[] = [];
  async function* readBlob({ digest, size }: Descriptor) {
    const at = blobs.findIndex((blob) => blob.digest === digest);
    asked.push(at);
    try {
      for (let left = size; left > 0; left -= MIB) yield Buffer.alloc(Math.min(left, MIB), at);
    } finally {
      ended.push(at);
    }
  }
  return { blobs, asked, ended, ahead: new ReadAhead({ readBlob }, blobs) };
}

async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

test("small blobs are asked for with the first one, but not many", async () => {
  const { blobs, asked, ahead } = sourceOf([5, 5, 5, 5, 5, 5, 5, 5]);
  const read: number[] = [];
  for (const [at, blob] of blobs.entries()) {
    read.push(...new Set(await collect(ahead.readBlob(blob), MIB, "test")));
    expect(asked).toHaveLength(Math.min(at + 5, blobs.length));
  }
  expect(read).toEqual([...blobs.keys()]);
  expect(asked).toEqual([...blobs.keys()]);
});

test("a blob is asked for when the one before it is nearly read", async () => {
  const { blobs, asked, ahead } = sourceOf([20 * MIB, 10 * MIB, 5]);
  const [first] = blobs as [Descriptor];
  const seen: number[] = [];
  for await (const _ of ahead.readBlob(first)) seen.push(asked.length);
  expect(seen.indexOf(2)).toBe(12);
  expect(seen.at(-1)).toBe(2);
});

test("blobs may be read in another order, and again", async () => {
  const { blobs, asked, ahead } = sourceOf([5, 6, 7]);
  const [first, , last] = blobs as [Descriptor, Descriptor, Descriptor];
  for (const blob of [last, first, first])
    expect(await collect(ahead.readBlob(blob), MIB, "test")).toHaveLength(blob.size);
  expect(asked).toEqual([2, 0, 1, 0]);
});

test("what nobody reads is given up, and nothing is asked for after that", async () => {
  const { blobs, asked, ended, ahead } = sourceOf([5, 5, 5, 5, 5, 5, 5, 5]);
  const [first] = blobs as [Descriptor];
  for await (const _ of ahead.readBlob(first)) break;
  ahead[Symbol.dispose]();
  await turns();
  expect(ended.toSorted()).toEqual(asked.toSorted());
  expect(await collect(ahead.readBlob(first), MIB, "test")).toHaveLength(5);
  expect(asked).toHaveLength(6);
});

test("an error is that of the blob that is read", async () => {
  const { blobs } = sourceOf([5, 5]);
  const [first, second] = blobs as [Descriptor, Descriptor];
  async function* readBlob(blob: Descriptor) {
    if (blob === second) throw new Error("the second is lost");
    yield* chunksOf(Buffer.alloc(5));
  }
  const ahead = new ReadAhead({ readBlob }, blobs);
  expect(await collect(ahead.readBlob(first), MIB, "test")).toHaveLength(5);
  await turns();
  await expect(collect(ahead.readBlob(second), MIB, "test")).rejects.toThrow("the second is lost");
});
