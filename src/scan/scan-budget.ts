import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** What all layers of one image may use together, however many of them are scanned side by side. */
export interface ScanBudget {
  /** @throws LimitError LIMIT_EXCEEDED `totalBytes` when the uncompressed bytes of all layers are more than the limit */
  spendBytes(bytes: number, layer: number): void;
  /** @throws LimitError LIMIT_EXCEEDED `entries` when all layers together have more entries than the limit */
  spendEntry(layer: number): void;
}

/** Makes the budget of one image from the limits of the run. */
export function createScanBudget(limits: Pick<Limits, "totalBytes" | "entries">): ScanBudget {
  let bytes = 0;
  let entries = 0;
  return {
    spendBytes(more, layer) {
      bytes += more;
      if (bytes > limits.totalBytes) throw new LimitError("totalBytes", limits.totalBytes, bytes, { layer });
    },
    spendEntry(layer) {
      entries += 1;
      if (entries > limits.entries) throw new LimitError("entries", limits.entries, entries, { layer });
    },
  };
}
