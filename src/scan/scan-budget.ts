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
  /** @throws LimitError LIMIT_EXCEEDED `attributeBytes` when those of all layers together are more than the limit */
  spendAttributes(bytes: number, layer: number): void;
  /** Spends what a whole layer takes. @throws LimitError LIMIT_EXCEEDED */
  spendAll(spending: Spending, layer: number): void;
}

/** What a layer takes of a budget. */
export interface Spending {
  /** Uncompressed, those of holes in sparse files included. */
  readonly bytes: number;
  /** Members of its tar. */
  readonly entries: number;
  /** Bytes of extended attributes, link targets and maps of sparse files. */
  readonly attributes: number;
}

/** The limits that a budget is made of. */
export type BudgetLimits = Pick<Limits, "totalBytes" | "entries" | "attributeBytes">;

/** See {@link ScanBudget}. */
export interface SharedBudget {
  readonly limits: BudgetLimits;
  /** Three int64: bytes, entries and bytes of attributes spent so far. */
  readonly spent: BigInt64Array;
}

/** Makes the budget of one image from the limits of the run. */
export function createScanBudget({ totalBytes, entries, attributeBytes }: BudgetLimits): ScanBudget {
  const limits = { totalBytes, entries, attributeBytes };
  return sharedScanBudget({ limits, spent: new BigInt64Array(new SharedArrayBuffer(24)) });
}

/** The same budget in another thread. */
export function sharedScanBudget(shared: SharedBudget): ScanBudget {
  const { limits, spent } = shared;
  const spender =
    (at: number, limit: keyof BudgetLimits) =>
    (more: number, layer: number): void => {
      const all = Number(Atomics.add(spent, at, BigInt(more))) + more;
      if (all > limits[limit]) throw new LimitError(limit, limits[limit], all, { layer });
    };
  const spendBytes = spender(0, "totalBytes");
  const spendEntries = spender(1, "entries");
  const spendAttributes = spender(2, "attributeBytes");
  return {
    shared,
    spendBytes,
    spendEntries,
    spendAttributes,
    spendAll({ bytes, entries, attributes }, layer) {
      spendBytes(bytes, layer);
      spendEntries(entries, layer);
      spendAttributes(attributes, layer);
    },
  };
}

/** The same budget, with an account of what is spent by way of it. */
export function accounted(budget: ScanBudget, spent: { -readonly [Part in keyof Spending]: number }): ScanBudget {
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
    spendAttributes(bytes, layer) {
      spent.attributes += bytes;
      budget.spendAttributes(bytes, layer);
    },
  };
}
