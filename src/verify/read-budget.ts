import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** What all layers of one image may use together. */
export class ReadBudget {
  readonly #limits: Limits;
  #bytes = 0;
  #entries = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws LimitError LIMIT_EXCEEDED totalBytes */
  spendBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > this.#limits.totalBytes) throw new LimitError("totalBytes", this.#limits.totalBytes, this.#bytes);
  }

  /** @throws LimitError LIMIT_EXCEEDED entries */
  spendEntry(): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) throw new LimitError("entries", this.#limits.entries, this.#entries);
  }

  /** Looks at one layer, once 100 MiB of it were inflated. @throws LimitError LIMIT_EXCEEDED compressionRatio */
  checkRatio(inflated: number, compressed: number): void {
    const ratio = inflated / Math.max(1, compressed);
    const { compressionRatio } = this.#limits;
    if (inflated <= RATIO_FROM || ratio <= compressionRatio) return;
    throw new LimitError("compressionRatio", compressionRatio, Math.floor(ratio));
  }
}

const RATIO_FROM = 100 * 1024 * 1024;
