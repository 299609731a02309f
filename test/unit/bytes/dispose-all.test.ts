import { expect, test } from "vitest";
import { disposeAll } from "../../../src/bytes/dispose-all.ts";

test("what cannot be disposed keeps nothing after it open, and the first error is thrown", async () => {
  const disposed: number[] = [];
  const resources = [0, 1, 2, 3].map((at) => ({
    [Symbol.asyncDispose]() {
      disposed.push(at);
      if (at === 1) throw new Error("at once");
      return at === 2 ? Promise.reject(new Error("later")) : Promise.resolve();
    },
  }));
  await expect(disposeAll([undefined, ...resources])).rejects.toThrow("at once");
  expect(disposed).toEqual([0, 1, 2, 3]);
  await disposeAll([]);
});
