import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** What all layers of one image may use together, however many threads scan them side by side. */
export interface ScanBudget {
  /** The budget as plain data over shared memory, for other threads. */
  readonly shared: SharedBudget;
  /**
   * @throws LimitError LIMIT_EXCEEDED `totalBytes` when the uncompressed bytes of all layers are more than the limit
   */
  spendBytes(bytes: number, layer: number): void;
  /** @throws LimitError LIMIT_EXCEEDED `entries` when all layers together have more entries than the limit */
  spendEntries(entries: number, layer: number): void;
}

/**
 * What a layer takes of a budget: uncompressed bytes, those of holes in sparse files included, and members of its tar.
 */
export interface Spending {
  readonly bytes: number;
  readonly entries: number;
}

/** See {@link ScanBudget}. */
export interface SharedBudget {
  readonly limits: Pick<Limits, "totalBytes" | "entries">;
  /** Two int64: bytes and entries spent so far. */
  readonly spent: BigInt64Array;
}

/** Makes the budget of one image from the limits of the run. */
export function createScanBudget({ totalBytes, entries }: Pick<Limits, "totalBytes" | "entries">): ScanBudget {
  return sharedScanBudget({ limits: { totalBytes, entries }, spent: new BigInt64Array(new SharedArrayBuffer(16)) });
}

/** The same budget in another thread. */
export function sharedScanBudget(shared: SharedBudget): ScanBudget {
  const { limits, spent } = shared;
  const spend = (at: number, more: number): number => Number(Atomics.add(spent, at, BigInt(more))) + more;
  return {
    shared,
    spendBytes(more, layer) {
      const bytes = spend(0, more);
      if (bytes > limits.totalBytes) throw new LimitError("totalBytes", limits.totalBytes, bytes, { layer });
    },
    spendEntries(more, layer) {
      const entries = spend(1, more);
      if (entries > limits.entries) throw new LimitError("entries", limits.entries, entries, { layer });
    },
  };
}

/** The same budget, with an account of what is spent by way of it. */
export function accounted(budget: ScanBudget, spent: { bytes: number; entries: number }): ScanBudget {
  return {
    ...budget,
    spendBytes(bytes, layer) {
      spent.bytes += bytes;
      budget.spendBytes(bytes, layer);
    },
    spendEntries(entries, layer) {
      spent.entries += entries;
      budget.spendEntries(entries, layer);
    },
  };
}
