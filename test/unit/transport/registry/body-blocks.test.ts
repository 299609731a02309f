import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { BodyBlocks } from "../../../../src/transport/registry/body-blocks.ts";

/** A body, and the calls to its producer. */
function bodyAsking() {
  const asked: string[] = [];
  const body = new BodyBlocks({
    pause: () => void asked.push("pause"),
    resume: () => void asked.push("resume"),
    giveUp: () => void asked.push("give up"),
  });
  return { body, asked };
}

const owned = (size: number): Buffer => {
  const piece = Buffer.allocUnsafeSlow(size);
  randomBytes(size).copy(piece);
  return piece;
};

test("blocks have their own memory, and the pieces are released", async () => {
  const { body } = bodyAsking();
  const pieces = [1, 65_536, 700_000, 65_536, 300_000, 5].map(owned);
  const expected = Buffer.concat(pieces);
  for (const piece of pieces) body.push(piece);
  body.end();
  const blocks: Uint8Array[] = [];
  for await (const block of body) blocks.push(block);
  expect(Buffer.compare(Buffer.concat(blocks), expected)).toBe(0);
  expect(blocks.every(({ byteLength, buffer }) => byteLength === buffer.byteLength)).toBe(true);
  expect(pieces.slice(0, -1).every(({ buffer }) => (buffer as ArrayBuffer).detached)).toBe(true);
});

test("an empty piece is not released", () => {
  const { body } = bodyAsking();
  const empty = Buffer.allocUnsafeSlow(0);
  for (const piece of [empty, owned(3), empty, owned(3)]) body.push(piece);
  expect(empty.buffer.detached).toBe(false);
});

test("bytes are delivered before the body is complete", async () => {
  const { body } = bodyAsking();
  const taken: number[] = [];
  const reading = (async () => {
    for await (const block of body) {
      taken.push(block.length);
      if (taken.length === 2) body.end();
      else setImmediate(() => body.push(owned(7)));
    }
  })();
  setImmediate(() => body.push(owned(1000)));
  await reading;
  expect(taken).toEqual([1000, 7]);
});

test("bytes that came before a break are delivered, then the error", async () => {
  const { body, asked } = bodyAsking();
  const taken: number[] = [];
  body.push(owned(1000));
  body.fail(new Error("cut"));
  body.end();
  const reading = (async () => {
    for await (const block of body) taken.push(block.length);
  })();
  await expect(reading).rejects.toThrow("cut");
  expect(taken).toEqual([1000]);
  expect(asked).not.toContain("give up");
});

test("the producer is paused while blocks wait, and told if the rest is not wanted", async () => {
  const { body, asked } = bodyAsking();
  while (!asked.includes("pause")) body.push(owned(65_536));
  expect(asked).toEqual(["pause"]);
  for await (const block of body) {
    expect(block.length).toBeLessThanOrEqual(1024 * 1024);
    expect(asked).toEqual(["pause", "resume"]);
    break;
  }
  expect(asked.at(-1)).toBe("give up");
});
