import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { inOrder } from "../../../src/bytes/in-order.ts";

const signal = new AbortController().signal;

describe("inOrder", () => {
  test("yields results in the order of the items, whichever is ready first", async () => {
    const work = async (item: number): Promise<number> => {
      await sleep(item);
      return item;
    };
    const results: number[] = [];
    for await (const result of inOrder([30, 1, 20, 2], work, { ahead: 3, signal })) results.push(result);
    expect(results).toEqual([30, 1, 20, 2]);
  });

  test("runs at most `ahead` calls besides the awaited one", async () => {
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
    };
    for await (const _ of inOrder(Array(20).fill(0), work, { ahead: 2, signal }));
    expect(most).toBe(3);
  });

  test("waits for running calls when the consumer stops early, and drops their errors", async () => {
    let settled = 0;
    const work = async (item: number): Promise<number> => {
      await sleep(item);
      settled += 1;
      if (item === 10) throw new Error("nobody asked");
      return item;
    };
    for await (const _ of inOrder([0, 10, 20], work, { ahead: 2, signal })) break;
    expect(settled).toBe(3);
  });

  test("throws the error of an item in its turn, and closes the items", async () => {
    let closed = false;
    function* items(): Generator<number> {
      try {
        yield* [1, 2, 3, 4, 5];
      } finally {
        closed = true;
      }
    }
    const work = async (item: number): Promise<number> => {
      if (item === 2) throw new Error("two");
      return item;
    };
    const results: number[] = [];
    const run = async (): Promise<void> => {
      for await (const result of inOrder(items(), work, { ahead: 1, signal })) results.push(result);
    };
    await expect(run()).rejects.toThrow("two");
    expect(results).toEqual([1]);
    expect(closed).toBe(true);
  });

  test("stops at an aborted signal with its reason", async () => {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      for await (const item of inOrder([1, 2, 3], async (item) => item, { ahead: 0, signal: controller.signal })) {
        if (item === 1) controller.abort(new Error("enough"));
      }
    };
    await expect(run()).rejects.toThrow("enough");
  });
});
