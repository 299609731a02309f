import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { bodyBlocks } from "../../../../src/transport/registry/body-blocks.ts";

/** A body that hands over its pieces each in a buffer of its own. */
function bodyOf(pieces: Iterable<Uint8Array | Error>): Readable {
  const left = pieces[Symbol.iterator]();
  return new Readable({
    read() {
      const { value, done } = left.next();
      if (value instanceof Error) this.destroy(value);
      else this.push(done === true ? null : value);
    },
  });
}

const owned = (size: number): Buffer => {
  const piece = Buffer.allocUnsafeSlow(size);
  randomBytes(size).copy(piece);
  return piece;
};

function* endless(onPiece: () => void): Generator<Uint8Array> {
  for (;;) {
    onPiece();
    yield owned(65_536);
  }
}

test("blocks hold the bytes in memory of their own, and the pieces are given back", async () => {
  const pieces = [1, 65_536, 700_000, 65_536, 300_000, 5].map(owned);
  const expected = Buffer.concat(pieces);
  const blocks: Uint8Array[] = [];
  for await (const block of bodyBlocks(bodyOf(pieces))) blocks.push(block);
  expect(Buffer.compare(Buffer.concat(blocks), expected)).toBe(0);
  expect(blocks.every(({ byteLength, buffer }) => byteLength === buffer.byteLength)).toBe(true);
  expect(pieces.slice(0, -1).every(({ buffer }) => (buffer as ArrayBuffer).detached)).toBe(true);
});

test("what came before a break is handed out, and then the break", async () => {
  const taken: number[] = [];
  const reading = (async () => {
    for await (const block of bodyBlocks(bodyOf([owned(1000), new Error("cut")]))) taken.push(block.length);
  })();
  await expect(reading).rejects.toThrow("cut");
  expect(taken).toEqual([1000]);
});

test("a body that is closed, or was closed before, is no body that has ended", async () => {
  for (const late of [false, true]) {
    const body = bodyOf(endless(() => {}));
    if (!late) body.destroy();
    else body.once("data", () => body.destroy());
    const reading = bodyBlocks(body);
    await expect(async () => {
      for await (const _ of reading);
    }).rejects.toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
  }
});

test("the connection is not read while nobody takes blocks, and destroyed when nobody will", async () => {
  let given = 0;
  const body = bodyOf(
    endless(() => {
      given += 1;
    }),
  );
  for await (const _ of bodyBlocks(body)) {
    await sleep(20);
    expect(given * 65_536).toBeLessThan(4 * 1024 * 1024);
    break;
  }
  expect(body.destroyed).toBe(true);
});
