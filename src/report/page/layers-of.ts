import type { HistoryLayer, ImageHistory } from "../../inspect/history-result.ts";

/** The layers of an image, bottom first. */
export function layersOf({ steps }: ImageHistory): HistoryLayer[] {
  return steps.flatMap(({ layer }) => layer ?? []).reverse();
}
