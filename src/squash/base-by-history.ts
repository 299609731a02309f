import type { Image } from "../image/image.ts";
import type { FoundBase } from "./found-base.ts";
import { steppedLayers } from "./stepped-layers.ts";

/** `CMD ["sh"]`, or what Docker's older builder writes for it. */
const ENDING = /^(?:\/bin\/sh -c #\(nop\) +)?(?:CMD|ENTRYPOINT)\b/;

/**
 * A guess: a Dockerfile mostly ends in what to run, so what the image has above the last such step that more layers
 * follow is its own. Undefined where the history has no such step.
 */
export function baseByHistory(image: Image): FoundBase | undefined {
  const layers = steppedLayers(image);
  const history = image.config.json.history ?? [];
  const top = layers.findLastIndex((layer) => layer !== undefined);
  const end = history.findLastIndex(
    ({ created_by: step = "", empty_layer: empty }, at) => at < top && empty === true && ENDING.test(step),
  );
  const layer = layers.slice(0, end + 1).findLast((number) => number !== undefined);
  if (layer === undefined) return undefined;
  return { layers: layer + 1, how: "history", name: history[end]?.created_by ?? "" };
}
