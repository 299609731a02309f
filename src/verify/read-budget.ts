import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** What all layers of one image may use together, and what was read of them, in whatever threads they are read. */
export class ReadBudget {
  /** Three int64 in shared memory: bytes and entries spent so far, and bytes of blobs read. */
  readonly spent: BigInt64Array;
  readonly #limits: Limits;

  constructor(limits: Limits, spent: BigInt64Array = new BigInt64Array(new SharedArrayBuffer(24))) {
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

  /** Counts bytes of a blob, which have no limit but their own descriptor's: for progress, without a message. */
  countRead(bytes: number): void {
    Atomics.add(this.spent, 2, BigInt(bytes));
  }

  /** Bytes of blobs that were read so far. */
  get bytesRead(): number {
    return Number(Atomics.load(this.spent, 2));
  }

  #spend(at: number, count: number, limit: "totalBytes" | "entries"): void {
    const spent = Number(Atomics.add(this.spent, at, BigInt(count))) + count;
    if (spent > this.#limits[limit]) throw new LimitError(limit, this.#limits[limit], spent);
  }
}
