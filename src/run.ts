import { availableParallelism } from "node:os";
import { disposeAll } from "./bytes/dispose-all.ts";
import { createFileCache } from "./bytes/file-cache.ts";
import { createScratch } from "./bytes/scratch.ts";
import { checkValues, type OwnOptions } from "./check-values.ts";
import type { Context } from "./context.ts";
import type { FlattenOptions, RunOptions } from "./flatten-options.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { instantOf } from "./oci/time.ts";
import type { PlanOptions } from "./plan/merge-plan.ts";
import { pathRules } from "./prune/path-rules.ts";
import type { Source } from "./transport/contracts.ts";
import { createWorkerPool } from "./workers/worker-pool.ts";

/** The context of one run; disposing it ends the run's threads and removes its temporary files. */
export interface Run extends AsyncDisposable {
  readonly context: Context;
}

/** The default size of the cache in bytes: room for the indexes of some thousand layers. */
const CACHE_BYTES = 256 * 1024 * 1024;

/** Memory for which there may be a thread by default: each takes some 16 MiB, and everything else 100. */
const BYTES_A_THREAD = 32 * 1024 * 1024;

/**
 * Checks options and turns them into the context of the stages, with all defaults; scratch and cache are not created
 * before they are needed.
 * @throws UsageError ARGUMENT_INVALID
 */
export function startRun<Options extends RunOptions>(options: Options, own: OwnOptions<Options>): Run {
  checkValues(options, own);
  const scratch = createScratch(options.scratch);
  const { concurrency = defaultConcurrency(), cache: folder, cacheSize = CACHE_BYTES } = options;
  const workers = createWorkerPool(concurrency);
  const cache = folder === undefined ? undefined : createFileCache(folder, cacheSize);
  const stop = new AbortController();
  return {
    context: {
      signal: options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]),
      limits: limitsOf(options),
      scratch,
      cache,
      concurrency,
      workers,
      report(event) {
        try {
          options.onProgress?.(event);
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      },
    },
    async [Symbol.asyncDispose]() {
      // Threads first, since they write to the scratch.
      await disposeAll([workers, scratch, cache]);
    },
  };
}

/** One thread per core, but fewer in a container that may use little memory on a large machine. */
function defaultConcurrency(): number {
  const memory = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memory / BYTES_A_THREAD)));
}

/** A limit that is undefined has its default. */
function limitsOf({ limits = {} }: RunOptions): Limits {
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}

/**
 * The options of the plan stage. The profile `auto` is the view of the engine that the image comes from, else that of
 * containerd, the engine behind Docker 29 and Kubernetes.
 */
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
