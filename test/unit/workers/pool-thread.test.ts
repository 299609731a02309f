import type * as Threads from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { createWorkerPool } from "../../../src/workers/worker-pool.ts";

vi.mock("node:worker_threads", async (importOriginal) => ({
  ...(await importOriginal<typeof Threads>()),
  Worker: class {
    constructor() {
      throw Object.assign(new Error("Worker initialization failure: EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
    }
  },
}));

test("a thread that the system does not allow is WORKER_LOST, with what to do", async () => {
  await using pool = createWorkerPool(2);
  const module = new URL("../../support/pool-work.ts", import.meta.url);
  const signal = new AbortController().signal;
  const { result } = pool.run({ module, request: { value: { do: "echo", value: 1 } }, signal });
  await expect(result).rejects.toMatchObject({
    code: "WORKER_LOST",
    message: "a thread could not be started: Worker initialization failure: EAGAIN",
    details: { hint: expect.stringContaining("--concurrency") },
  });
});
