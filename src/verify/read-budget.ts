import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** What all layers of one image may use together, and how much of them was read, over all threads. */
export class ReadBudget {
  /** Four int64 in shared memory: bytes, entries and bytes of attributes spent so far, and bytes of blobs read. */
  readonly spent: BigInt64Array;
  readonly #limits: Limits;

  constructor(limits: Limits, spent: BigInt64Array = new BigInt64Array(new SharedArrayBuffer(32))) {
    this.#limits = limits;
    this.spent = spent;
  }

  /** @throws LimitError LIMIT_EXCEEDED totalBytes */
  spendBytes(count: number): void {
    this.#spend(0, count, "totalBytes");
  }

  /** @throws LimitError LIMIT_EXCEEDED entries */
  spendEntries(count = 1): void {
    this.#spend(1, count, "entries");
  }

  /** @throws LimitError LIMIT_EXCEEDED attributeBytes */
  spendAttributes(count: number): void {
    this.#spend(2, count, "attributeBytes");
  }

  /** Counts bytes of a blob, for progress; their only limit is the size in the descriptor. */
  countRead(bytes: number): void {
    Atomics.add(this.spent, 3, BigInt(bytes));
  }

  /** Bytes of blobs that were read so far. */
  get bytesRead(): number {
    return Number(Atomics.load(this.spent, 3));
  }

  #spend(at: number, count: number, limit: "totalBytes" | "entries" | "attributeBytes"): void {
    const spent = Number(Atomics.add(this.spent, at, BigInt(count))) + count;
    if (spent > this.#limits[limit]) throw new LimitError(limit, this.#limits[limit], spent);
  }
}
