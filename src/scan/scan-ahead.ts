import type { FilePlace } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { ArrivalWatcher, ArrivingFile, Source } from "../transport/contracts.ts";
import { WITHOUT_THREADS } from "./each-layer.ts";
import type { ArrivedTar, ArrivingRequest } from "./scan-arriving.ts";
import { createScanBudget } from "./scan-budget.ts";
import { scanWorker } from "./scan-worker.ts";

/** Scans of files that a source is still fetching. Disposing it aborts the scans that were not taken. */
export interface ScanAhead extends AsyncDisposable {
  /**
   * The result for the file at a place, which can be taken once; undefined if it was not scanned, or is not a valid
   * uncompressed tar.
   */
  take(place: Pick<FilePlace, "path" | "offset">): Promise<ArrivedTar | undefined>;
}

/**
 * Scans the uncompressed tars that the source is fetching while they arrive, before it is known which layers they are,
 * or whether they are layers at all: an engine's `save` leaves a core idle. A failure has no consequences: the scan of
 * a layer uses a result only if its digest is that of the layer, and otherwise starts anew. With a cache nothing is
 * scanned ahead, since the cache may know the layers.
 */
export function scanAhead(source: Source, { lenientTar = false }: ScanAheadOptions, context: Context): ScanAhead {
  const scans = new EarlyScans(lenientTar, context);
  if (context.cache === undefined) source.watchArrivals?.(scans);
  return scans;
}

/** The same as for a scan. */
export interface ScanAheadOptions {
  readonly lenientTar?: boolean | undefined;
}

/** Files arrive one after the other, and two threads scan them faster than an engine sends them. */
const THREADS = 2;

class EarlyScans implements ScanAhead, ArrivalWatcher {
  readonly #lenientTar: boolean;
  readonly #context: Context;
  readonly #stopped = new AbortController();
  readonly #budget;
  readonly #scans = new Map<string, Promise<ArrivedTar | undefined>>();

  constructor(lenientTar: boolean, context: Context) {
    this.#lenientTar = lenientTar;
    this.#context = context;
    this.#budget = createScanBudget(context.limits).shared;
  }

  expected(bytes: number): void {
    if (bytes > WITHOUT_THREADS) this.#context.workers.warmUp(THREADS, scanWorker());
  }

  arriving({ path, offset, size, written }: ArrivingFile): void {
    if (size <= WITHOUT_THREADS) return;
    const { workers, limits, signal } = this.#context;
    const place = { path, offset, size, written: written.shared };
    const value: ArrivingRequest = { ...place, lenientTar: this.#lenientTar, limits, budget: this.#budget };
    const either = AbortSignal.any([signal, this.#stopped.signal]);
    const { result } = workers.run<ArrivingRequest, ArrivedTar | undefined>({
      ...{ module: scanWorker(), request: { value }, signal: either },
    });
    // Any error will be reported by the scan that follows, which knows the layer.
    this.#scans.set(
      keyOf({ path, offset }),
      result.catch(() => undefined),
    );
  }

  async take(place: Pick<FilePlace, "path" | "offset">): Promise<ArrivedTar | undefined> {
    const found = this.#scans.get(keyOf(place));
    this.#scans.delete(keyOf(place));
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error("nobody wants to know"));
    await Promise.all(this.#scans.values());
  }
}

function keyOf({ path, offset }: Pick<FilePlace, "path" | "offset">): string {
  return `${offset} ${path}`;
}
