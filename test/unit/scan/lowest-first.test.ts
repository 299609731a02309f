import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { lowestFirst } from "../../../src/scan/lowest-first.ts";

/** Runs lowestFirst on numbered items, each of which ends when and how the test tells it to. */
function start(count: number, { concurrency = count, weight = (_: number): number => 1 } = {}) {
  const begun: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const signals: AbortSignal[] = [];
  const stop = new AbortController();
  const items = Array.from({ length: count }, (_, at) => at);
  const context = { signal: stop.signal, concurrency };
  const done = lowestFirst(items, { context, weight }, async (item, signal) => {
    begun.push(item);
    signals[item] = signal;
    await ends[item]?.promise;
  });
  done.catch(() => {});
  return { begun, ends, signals, stop, done };
}

describe("lowestFirst", () => {
  test("starts with the heaviest items", async () => {
    const { begun, ends, done } = start(3, { concurrency: 1, weight: (item: number) => [1, 3, 2][item] ?? 0 });
    for (const { resolve } of ends) resolve();
    await done;
    expect(begun).toEqual([1, 2, 0]);
  });

  test("aborts the items after a failed one, but not those before it, whose errors take precedence", async () => {
    const { ends, signals, done } = start(3);
    await setImmediate();
    ends[1]?.reject(new Error("second"));
    await setImmediate();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true]);
    ends[2]?.reject(new Error("third"));
    ends[0]?.reject(new Error("first"));
    await expect(done).rejects.toThrow("first");
  });

  test("does not start items after a failed one", async () => {
    const { begun, ends, done } = start(3, { concurrency: 1 });
    await setImmediate();
    ends[0]?.reject(new Error("first"));
    await expect(done).rejects.toThrow("first");
    expect(begun).toEqual([0]);
  });

  test("rejects with the reason of an abort, whatever else failed", async () => {
    const { ends, stop, done } = start(2);
    await setImmediate();
    ends[0]?.reject(new Error("first"));
    stop.abort(new Error("stopped"));
    ends[1]?.resolve();
    await expect(done).rejects.toThrow("stopped");
  });
});
