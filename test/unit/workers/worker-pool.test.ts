import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkerPool, type RunningWork, type WorkerPool } from "../../../src/workers/worker-pool.ts";
import { ERRORS, type TestRequest } from "../../support/pool-work.ts";

const module = new URL("../../support/pool-work.ts", import.meta.url);
const never = new AbortController().signal;
let pool: WorkerPool;

beforeEach(() => {
  pool = createWorkerPool(2);
});
afterEach(() => pool[Symbol.asyncDispose]());

interface Given {
  readonly signal?: AbortSignal;
  readonly input?: AsyncIterable<{ value: Uint8Array; transfer?: ArrayBuffer[] }>;
}

function run(request: TestRequest, { signal = never, input }: Given = {}): RunningWork<unknown, Uint8Array> {
  return pool.run<TestRequest, unknown, Uint8Array, Uint8Array>({ module, request: { value: request }, signal, input });
}

async function* chunks(count: number, onTaken: () => void = () => {}) {
  for (let index = 0; index < count; index += 1) {
    const value = new Uint8Array(1000);
    yield { value, transfer: [value.buffer] };
    onTaken();
  }
}

describe("a pool", () => {
  it("returns all results when there is more work than threads", async () => {
    const values = await Promise.all([1, 2, 3, 4, 5].map((value) => run({ do: "echo", value }).result));
    expect(values).toEqual([1, 2, 3, 4, 5]);
  });

  it("begins what was given first, even if more is given as soon as a thread is free", async () => {
    await using one = createWorkerPool(1);
    const order: string[] = [];
    const echo = (value: string) => {
      const request = { value: { do: "echo", value } } as const;
      const { result } = one.run<TestRequest, unknown>({ module, request, signal: never });
      return { result, told: result.then(() => order.push(value)) };
    };
    const [first, second] = [echo("first"), echo("second")];
    await first.result;
    await Promise.all([echo("third").told, first.told, second.told]);
    expect(order).toEqual(["first", "second", "third"]);
  });

  it("starts no thread once it was disposed", async () => {
    await pool[Symbol.asyncDispose]();
    await expect(run({ do: "echo", value: 1 }).result).rejects.toThrow("a thread is wanted after the run");
  });

  it("starts no more threads than its size, uses them again, and ends them all when it is disposed", async () => {
    const started: import("node:worker_threads").Worker[] = [];
    process.on("worker", (worker) => started.push(worker));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([1, 2, 3, 4].map((value) => run({ do: "echo", value }).result));
    }
    process.removeAllListeners("worker");
    await sleep(0);
    expect(started).toHaveLength(2);
    await pool[Symbol.asyncDispose]();
    expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it("rest ends idle threads, and later work starts new ones", async () => {
    const started: import("node:worker_threads").Worker[] = [];
    process.on("worker", (worker) => started.push(worker));
    const stop = new AbortController();
    const spinning = run({ do: "spin" }, { signal: stop.signal }).result;
    await run({ do: "echo", value: 1 }).result;
    await pool.rest();
    expect(started.map(({ threadId }) => threadId === -1)).toEqual([false, true]);
    expect(await run({ do: "echo", value: 2 }).result).toBe(2);
    process.removeAllListeners("worker");
    expect(started).toHaveLength(3);
    stop.abort(new Error("enough"));
    await expect(spinning).rejects.toThrow("enough");
  });

  it("moves the items of the input to the work", async () => {
    const value = new Uint8Array(5);
    async function* one() {
      yield { value, transfer: [value.buffer] };
    }
    expect(await run({ do: "sum" }, { input: one() }).result).toBe(5);
    expect(value.buffer.detached).toBe(true);
    expect(await run({ do: "sum" }, { input: chunks(100) }).result).toBe(100_000);
  });

  it("reads only a few items of the input ahead of busy work", async () => {
    let taken = 0;
    const stop = new AbortController();
    const spinning = run({ do: "spin" }, { input: chunks(100, () => (taken += 1)), signal: stop.signal });
    await sleep(100);
    stop.abort(new Error("enough"));
    await expect(spinning.result).rejects.toThrow("enough");
    expect(taken).toBeLessThanOrEqual(8);
  });

  it("makes the work wait while nobody consumes its output", async () => {
    const sent = new Int32Array(new SharedArrayBuffer(4));
    const { output, result } = run({ do: "count", to: 50, sent });
    await sleep(150);
    expect(Atomics.load(sent, 0)).toBeLessThanOrEqual(5);
    const seen: number[] = [];
    for await (const chunk of output) seen.push(chunk[0] ?? -1);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(await result).toBe(50);
  });
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe("work that fails", () => {
  it.each(["limit", "reference", "usage", "transport", "plain"] as const)(
    "throws the error that it threw in its thread, nothing of it lost [%s]",
    async (which) => {
      const error = await run({ do: "throw", which }).result.catch((caught: unknown) => caught);
      const thrown = ERRORS[which]();
      if (which !== "plain") expect(error).toBeInstanceOf(thrown.constructor);
      expect(error).toMatchObject({ name: thrown.name, message: thrown.message });
      for (const key of ["code", "details", "stage"] as const) {
        expect(Reflect.get(error as Error, key)).toEqual(Reflect.get(thrown, key));
      }
      expect((error as Error).cause).toEqual(thrown.cause);
      expect((error as Error).stack).toContain("pool-work");
    },
  );

  it("also ends the output with the error", async () => {
    await expect(drain(run({ do: "throw", which: "limit" }).output)).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
  });

  it("throws the error of its input instead of its own", async () => {
    async function* broken() {
      yield* chunks(2);
      throw new Error("broken pipe");
    }
    await expect(run({ do: "sum" }, { input: broken() }).result).rejects.toThrow("broken pipe");
  });

  it("throws the error of its input even if the work does not read the input", async () => {
    const input = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no input")) }) };
    await expect(run({ do: "echo", value: 1 }, { input }).result).rejects.toThrow("no input");
  });

  it("throws when its result cannot be cloned", async () => {
    await expect(run({ do: "uncloneable" }).result).rejects.toThrow(/could not be cloned/);
  });

  it("throws when its request cannot be cloned, and keeps no port open", async () => {
    const ports = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    const request = { do: "echo", value: () => {} } as never;
    await run({ do: "echo", value: 1 }).result;
    const before = ports();
    await expect(run(request).result).rejects.toThrow(/could not be cloned/);
    expect(ports()).toBe(before);
  });

  it("reads no more of its input", async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield* chunks(1);
      } finally {
        closed = true;
      }
    }
    await expect(run({ do: "throw", which: "plain" }, { input: endless() }).result).rejects.toThrow("out of range");
    await sleep(10);
    expect(closed).toBe(true);
  });
});

describe("a thread that ends unexpectedly", () => {
  it("is an error, and the next work gets another thread", async () => {
    for (let round = 0; round < 3; round += 1) {
      await expect(run({ do: "exit" }).result).rejects.toMatchObject({
        code: "WORKER_LOST",
        message: expect.stringContaining("status 3"),
      });
    }
    expect(await run({ do: "echo", value: "alive" }).result).toBe("alive");
  });

  it("is an error if it cannot load the module of its work, and says what may be missing", async () => {
    const missing = new URL("../../support/no-such-work.ts", import.meta.url);
    const { result } = pool.run({ module: missing, request: { value: 1 }, signal: never });
    await expect(result).rejects.toMatchObject({
      code: "WORKER_LOST",
      message: expect.stringContaining("no-such-work.ts"),
      details: { hint: expect.stringContaining("its own files") },
    });
    expect(await run({ do: "echo", value: "alive" }).result).toBe("alive");
  });

  it("is an error when it is terminated in the middle of its work", async () => {
    process.once("worker", (worker) => setTimeout(() => void worker.terminate(), 100));
    await expect(run({ do: "spin" }).result).rejects.toMatchObject({ code: "WORKER_LOST" });
  });

  it("is also an error of the output and of a pending send", async () => {
    process.once("worker", (worker) => setTimeout(() => void worker.terminate(), 100));
    const sent = new Int32Array(new SharedArrayBuffer(4));
    const { output } = run({ do: "count", to: 1e9, sent });
    await expect(drain(output)).rejects.toMatchObject({ code: "WORKER_LOST" });
  });

  it("says so when it was out of memory", { timeout: 60_000 }, async () => {
    // --max-old-space-size applies to each thread that is started after setting it.
    setFlagsFromString("--max-old-space-size=64");
    pool.warmUp(1, module);
    const failure = run({ do: "exhaust" }).result;
    await expect(failure).rejects.toMatchObject({
      code: "WORKER_LOST",
      message: expect.stringContaining("out of memory"),
    });
    setFlagsFromString("--max-old-space-size=0");
  });
});

describe("an abort", () => {
  it("ends work that waits for input, output or nothing, with the reason of the signal", async () => {
    const sent = new Int32Array(new SharedArrayBuffer(4));
    async function* stalled() {
      yield* chunks(1);
      await new Promise(() => {});
    }
    const works: [TestRequest, Given][] = [
      [{ do: "sum" }, { input: stalled() }],
      [{ do: "count", to: 1e9, sent }, {}],
      [{ do: "spin" }, {}],
    ];
    for (const [request, given] of works) {
      const stop = new AbortController();
      const { result } = run(request, { ...given, signal: stop.signal });
      await sleep(50);
      stop.abort(new Error("enough"));
      await expect(result).rejects.toThrow("enough");
    }
    expect(await run({ do: "echo", value: 1 }).result).toBe(1);
  });

  it("terminates the thread of work that does not stop by itself", { timeout: 10_000 }, async () => {
    const { result } = run({ do: "spin-on" }, { signal: AbortSignal.timeout(50) });
    await expect(result).rejects.toThrow(/timeout/);
    expect(await run({ do: "echo", value: 1 }).result).toBe(1);
  });

  it("ends the wait for a free thread", async () => {
    const stop = new AbortController();
    const busy = [1, 2].map(() => run({ do: "spin" }, { signal: stop.signal }).result);
    const second = new AbortController();
    const waiting = run({ do: "echo", value: 1 }, { signal: second.signal }).result;
    second.abort(new Error("no longer"));
    await expect(waiting).rejects.toThrow("no longer");
    stop.abort(new Error("enough"));
    await expect(Promise.all(busy)).rejects.toThrow("enough");
  });

  it("does not use up the turn of other waiting work", async () => {
    const [stop, other, second] = [new AbortController(), new AbortController(), new AbortController()];
    const busy = [stop, other].map(({ signal }) => run({ do: "spin" }, { signal }).result);
    const first = run({ do: "echo", value: "first" }).result;
    const waiting = run({ do: "echo", value: 1 }, { signal: second.signal }).result;
    second.abort(new Error("no longer"));
    await expect(waiting).rejects.toThrow("no longer");
    stop.abort(new Error("enough"));
    expect(await first).toBe("first");
    other.abort(new Error("enough"));
    for (const result of busy) await expect(result).rejects.toThrow("enough");
  });

  it("does not use up a turn either when it comes between the turn and its use", async () => {
    const [stop, other, second] = [new AbortController(), new AbortController(), new AbortController()];
    const [freed, busy] = [stop, other].map(({ signal }) => run({ do: "spin" }, { signal }).result);
    const waiting = run({ do: "echo", value: 1 }, { signal: second.signal }).result;
    const next = run({ do: "echo", value: "next" }).result;
    freed?.catch(() => second.abort(new Error("no longer")));
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("no longer");
    expect(await next).toBe("next");
    other.abort(new Error("enough"));
    await expect(busy).rejects.toThrow("enough");
  });

  it("happens when the iteration of the output ends early", async () => {
    const sent = new Int32Array(new SharedArrayBuffer(4));
    const { output, result } = run({ do: "count", to: 1e9, sent });
    for await (const chunk of output) if (chunk[0] === 3) break;
    await expect(result).rejects.toThrow("nobody takes the output");
  });
});
