import { formatCount, formatSize } from "../../index.ts";
import { formatDuration, formatTimeLeft } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { IMAGES, type StageState } from "./stage-board.ts";

/** The name of a stage, with its platform if there are several. */
export function stageName({ stage, platform }: StageState, stages: readonly StageState[]): string {
  const several = new Set(stages.flatMap((state) => state.platform ?? [])).size > 1;
  return several && platform !== undefined ? `${stage} ${escapeText(platform)}` : stage;
}

/**
 * Progress of a running stage: `52 %  620 MB of 1.2 GB  250 MB/s  3 s left`, or of several images: `7 %  217 of 3,000
 * 12 min left`; unknown parts are left out.
 */
export function stageParts(state: StageState): string[] {
  const { stage, done, total = 0, rate } = state;
  if (stage === IMAGES) {
    const left = rate > 0 ? [`${formatTimeLeft(((total - done) / rate) * 1000)} left`] : [];
    return [`${percent(state)} %`, `${formatCount(done + 1)} of ${formatCount(total)}`, ...left];
  }
  const parts: string[] = [];
  if (total > 0) {
    parts.push(`${percent(state)} %`, `${formatSize(done)} of ${formatSize(total)}`);
  } else if (done > 0) parts.push(formatSize(done));
  if (rate > 0) {
    parts.push(`${formatSize(Math.round(rate))}/s`);
    if (total > done) parts.push(`${formatTimeLeft(((total - done) / rate) * 1000)} left`);
  }
  return parts;
}

/** A shorter stage had next to nothing to move: its blobs were there already, or it read them while they arrived. */
const RATED_FROM_MS = 100;

/** Figures of a finished stage: `1.2 GB  310 MB/s  4.1 s`. */
export function finishedParts({ done, rate, took = 0 }: StageState): string[] {
  const size = done > 0 ? [formatSize(done)] : [];
  const speed = rate > 0 && took >= RATED_FROM_MS ? [`${formatSize(Math.round(rate))}/s`] : [];
  return [...size, ...speed, formatDuration(took)];
}

/** Whole percent done, 100 only at the end. */
function percent({ done, total }: StageState): number {
  if (total === undefined || total === 0) return 0;
  return done >= total ? 100 : Math.min(99, Math.floor((done / total) * 100));
}
