import { createScratch } from "../../src/bytes/scratch.ts";
import type { Context } from "../../src/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";
import { createWorkerPool } from "../../src/workers/worker-pool.ts";

/** A context whose scratch is below a folder; the caller disposes it, as in a run. */
export function transportContext(
  folder: string,
  { signal = new AbortController().signal, limits = {} }: { signal?: AbortSignal; limits?: Partial<Limits> } = {},
): Context & AsyncDisposable {
  const scratch = createScratch(folder);
  const workers = createWorkerPool(1);
  return {
    signal,
    limits: { ...DEFAULT_LIMITS, ...limits },
    scratch,
    concurrency: 1,
    workers,
    report() {},
    async [Symbol.asyncDispose]() {
      await workers[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}
