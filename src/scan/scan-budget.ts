import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** The limits on all layers of one image together, shared by all threads that scan them. */
export interface ScanBudget {
  /** The budget as plain data over shared memory, for other threads. */
  readonly shared: SharedBudget;
  /**
   * @throws LimitError LIMIT_EXCEEDED `totalBytes` if all layers together have more uncompressed bytes than the limit
   */
  spendBytes(bytes: number, layer: number): void;
  /** @throws LimitError LIMIT_EXCEEDED `entries` if all layers together have more entries than the limit */
  spendEntries(entries: number, layer: number): void;
  /** @throws LimitError LIMIT_EXCEEDED `attributeBytes` if all layers together have more of these than the limit */
  spendAttributes(bytes: number, layer: number): void;
  /** Spends what a whole layer uses. @throws LimitError LIMIT_EXCEEDED */
  spendAll(spending: Spending, layer: number): void;
}

/** How much of a budget a layer uses. */
export interface Spending {
  /** Uncompressed, including holes of sparse files. */
  readonly bytes: number;
  /** Number of members of its tar. */
  readonly entries: number;
  /** Bytes of extended attributes, link targets and maps of sparse files. */
  readonly attributes: number;
}

/** The limits that a budget enforces. */
export type BudgetLimits = Pick<Limits, "totalBytes" | "entries" | "attributeBytes">;

/** See {@link ScanBudget}. */
export interface SharedBudget {
  readonly limits: BudgetLimits;
  /** Three int64: bytes, entries and attribute bytes spent so far. */
  readonly spent: BigInt64Array;
}

/** Creates the budget of one image from the limits of the run. */
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

/** The same budget, which also adds what is spent through it to `spent`. */
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
