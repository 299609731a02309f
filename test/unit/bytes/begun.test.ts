import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { begun } from "../../../src/bytes/begun.ts";

function watched(failing = false) {
  const seen = { begun: 0, ended: 0 };
  async function* chunks() {
    seen.begun += 1;
    try {
      await nextTurn();
      if (failing) throw new Error("no bytes");
      yield Uint8Array.of(1);
      yield Uint8Array.of(2);
    } finally {
      seen.ended += 1;
    }
  }
  return { seen, stream: begun(chunks()) };
}

test("a stream is begun before it is iterated, and complete", async () => {
  const { seen, stream } = watched();
  expect(seen.begun).toBe(1);
  const bytes: number[] = [];
  for await (const [byte = 0] of stream) bytes.push(byte);
  stream.drop();
  expect(bytes).toEqual([1, 2]);
  expect(seen).toEqual({ begun: 1, ended: 1 });
});

test("a stream that nobody wants ends, as does one that is left early", async () => {
  const [dropped, left] = [watched(), watched()];
  dropped.stream.drop();
  for await (const _ of left.stream) break;
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  expect([dropped.seen.ended, left.seen.ended]).toEqual([1, 1]);
});

test("an error is thrown when the stream is iterated, and not before", async () => {
  const [dropped, wanted] = [watched(true), watched(true)];
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  dropped.stream.drop();
  const read = async () => {
    for await (const _ of wanted.stream);
  };
  await expect(read()).rejects.toThrow("no bytes");
});
