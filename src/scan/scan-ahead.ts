import type { FilePlace } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { ArrivalWatcher, ArrivingFile, Source } from "../transport/contracts.ts";
import { WITHOUT_THREADS } from "./each-layer.ts";
import type { ArrivedTar, ArrivingRequest } from "./scan-arriving.ts";
import { createScanBudget } from "./scan-budget.ts";
import { SCAN_WORKER } from "./scan-worker.ts";

/** Scans of what a source is still fetching. Disposing it ends those that nobody took. */
export interface ScanAhead extends AsyncDisposable {
  /**
   * What was learned of the file at a place, once; undefined where it was not scanned, or is no plain tar that is
   * right.
   */
  take(place: Pick<FilePlace, "path" | "offset">): Promise<ArrivedTar | undefined>;
}

/**
 * Scans the plain tars in what the source fetches while they come, before it is known which layers they are, or whether
 * they are any: an engine's `save` leaves a core idle. Nothing of it is lost when it comes to nothing, since whoever
 * scans a layer asks for its digest, and begins again where there is none. With a cache nothing is scanned on
 * suspicion.
 */
export function scanAhead(source: Source, { lenientTar = false }: ScanAheadOptions, context: Context): ScanAhead {
  const scans = new EarlyScans(lenientTar, context);
  if (context.cache === undefined) source.watchArrivals?.(scans);
  return scans;
}

/** As those of a scan. */
export interface ScanAheadOptions {
  readonly lenientTar?: boolean | undefined;
}

/** Bytes come one after the other, and two threads scan them faster than an engine sends them. */
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
    if (bytes > WITHOUT_THREADS) this.#context.workers.warmUp(THREADS, SCAN_WORKER);
  }

  arriving({ path, offset, size, written }: ArrivingFile): void {
    if (size <= WITHOUT_THREADS) return;
    const { workers, limits, signal } = this.#context;
    const place = { path, offset, size, written: written.shared };
    const value: ArrivingRequest = { ...place, lenientTar: this.#lenientTar, limits, budget: this.#budget };
    const either = AbortSignal.any([signal, this.#stopped.signal]);
    const { result } = workers.run<ArrivingRequest, ArrivedTar | undefined>({
      ...{ module: SCAN_WORKER, request: { value }, signal: either },
    });
    // Whatever it was, the scan that follows says it better: it knows the layer.
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
