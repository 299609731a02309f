import type { FileCache } from "./bytes/file-cache.ts";
import type { Scratch } from "./bytes/scratch.ts";
import type { Limits } from "./limits.ts";
import type { ProgressEvent } from "./progress/events.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";

/** What a stage may use besides its input. One per run; its creator disposes scratch, cache and workers. */
export interface Context {
  /** Aborts the run; checked by everything that waits or loops over bytes. */
  readonly signal: AbortSignal;
  readonly limits: Limits;
  /** Temporary files of this run. */
  readonly scratch: Scratch;
  /** What earlier runs learned, if a cache folder was given. */
  readonly cache?: FileCache | undefined;
  /** How many pieces of work may run side by side; never changes the bytes that come out. */
  readonly concurrency: number;
  /** At most `concurrency` threads, started when first needed and ended with the run. */
  readonly workers: WorkerPool;
  /** Rethrows what the caller's listener throws, and aborts the run first, in case nothing catches it. */
  report(event: ProgressEvent): void;
}
