import { createScratch } from "../../src/bytes/scratch.ts";
import type { Context } from "../../src/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";

/** A context whose scratch lies below a folder; disposing it is the caller's part, as in a run. */
export function transportContext(
  folder: string,
  { signal = new AbortController().signal, limits = {} }: { signal?: AbortSignal; limits?: Partial<Limits> } = {},
): Context & AsyncDisposable {
  const scratch = createScratch(folder);
  return {
    signal,
    limits: { ...DEFAULT_LIMITS, ...limits },
    scratch,
    concurrency: 1,
    report() {},
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}
