import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import { formatPlatform } from "../oci/platform.ts";
import { startStage } from "../progress/stage-progress.ts";
import type { ByteCounter } from "./byte-counter.ts";

/** How often the counters are looked at: threads count in shared memory, so that progress costs them no messages. */
const INTERVAL_MS = 100;

/** What is watched, and who is told. */
export interface ScanWatch {
  readonly label: string;
  readonly counters: readonly ByteCounter[];
  /** Bytes that the counters will reach together. */
  readonly total: number;
  readonly report: Context["report"];
}

/** Reports the scan stage while `work` lasts. */
export async function watchScan(
  image: Image,
  { label, counters, total, report }: ScanWatch,
  work: () => Promise<void>,
): Promise<void> {
  const stage = startStage(report, { stage: "scan", label, platform: formatPlatform(image.platform), total });
  let told = 0;
  const look = (): void => {
    const read = counters.reduce((sum, counter) => sum + counter.value(), 0);
    if (read > told) stage.advance(read - told);
    told = read;
  };
  const timer = setInterval(look, INTERVAL_MS);
  try {
    await work();
    look();
    stage.finish();
  } finally {
    clearInterval(timer);
  }
}
