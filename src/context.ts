import type { FileCache } from "./bytes/file-cache.ts";
import type { Scratch } from "./bytes/scratch.ts";
import type { Limits } from "./limits.ts";
import type { ProgressEvent } from "./progress/events.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";

/** What a stage may use besides its input. One for a run; whoever made it disposes scratch, cache and workers. */
export interface Context {
  /** Aborts the run; everything that waits or loops over bytes heeds it. */
  readonly signal: AbortSignal;
  readonly limits: Limits;
  /** Temporary files of this run. */
  readonly scratch: Scratch;
  /** What runs before this one learned, where the operator gave it a place. */
  readonly cache?: FileCache | undefined;
  /** How many pieces of work may run side by side; never changes the bytes that come out. */
  readonly concurrency: number;
  /** As many threads; started when first needed, ended with the run. */
  readonly workers: WorkerPool;
  /** Throws what the caller's listener throws, and then has aborted the run too, for where nobody catches it. */
  report(event: ProgressEvent): void;
}
