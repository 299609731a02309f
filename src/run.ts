import { availableParallelism } from "node:os";
import { createFileCache, type FileCache } from "./bytes/file-cache.ts";
import { createScratch } from "./bytes/scratch.ts";
import type { Context } from "./context.ts";
import { UsageError } from "./errors.ts";
import type { FlattenOptions, RunOptions } from "./flatten-options.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { instantOf } from "./oci/time.ts";
import type { PlanOptions } from "./plan/merge-plan.ts";
import { pathRules } from "./prune/path-rules.ts";
import type { Source } from "./transport/contracts.ts";
import { createWorkerPool } from "./workers/worker-pool.ts";

/** The context of one run; disposing it ends the run's threads and removes its temporary files. */
export interface Run extends AsyncDisposable {
  readonly context: Context;
}

/** Bytes of the cache where nobody says: the indexes of some thousand layers. */
const CACHE_BYTES = 256 * 1024 * 1024;

/** Turns options into what the stages use: defaults filled in, limits complete, scratch and cache not made before they are needed. @throws UsageError ARGUMENT_INVALID */
export function startRun(options: RunOptions): Run {
  const scratch = createScratch(options.scratch);
  const concurrency = Math.max(1, options.concurrency ?? availableParallelism());
  const workers = createWorkerPool(concurrency);
  const cache = cacheOf(options);
  return {
    context: {
      signal: options.signal ?? new AbortController().signal,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      scratch,
      cache,
      concurrency,
      workers,
      report: options.onProgress ?? (() => {}),
    },
    async [Symbol.asyncDispose]() {
      // Threads write to the scratch.
      await workers[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
      await cache?.[Symbol.asyncDispose]();
    },
  };
}

function cacheOf({ cache, cacheSize = CACHE_BYTES }: RunOptions): FileCache | undefined {
  if (!Number.isSafeInteger(cacheSize) || cacheSize < 0) {
    throw new UsageError("ARGUMENT_INVALID", `--cache-size: ${cacheSize} is not a whole number of bytes`);
  }
  return cache === undefined ? undefined : createFileCache(cache, cacheSize);
}

/** What the plan stage is told; `auto` is the view of the engine that the image comes from, else of containerd, the engine behind Docker 29 and Kubernetes. */
export function planOptions(
  options: RunOptions & Pick<FlattenOptions, "canonical" | "exclude" | "prune" | "created" | "rewriteTimestamp">,
  { view = "containerd" }: Pick<Source, "view">,
  context: Context,
): PlanOptions {
  const { profile = "auto", strict = false, canonical = false, exclude = [], prune = [] } = options;
  const { created, rewriteTimestamp = false } = options;
  return {
    profile: profile === "auto" ? view : profile,
    strict,
    canonical,
    ...(exclude.length + prune.length > 0 && { exclude: pathRules({ exclude, prune }) }),
    ...(rewriteTimestamp && created !== undefined && { latest: instantOf(created) }),
    limits: context.limits,
  };
}
