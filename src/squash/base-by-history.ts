import type { Image } from "../image/image.ts";
import type { FoundBase } from "./found-base.ts";
import { steppedLayers } from "./stepped-layers.ts";

/** `CMD ["sh"]`, or what Docker's older builder writes for it. */
const ENDING = /^(?:\/bin\/sh -c #\(nop\) +)?(?:CMD|ENTRYPOINT)\b/;
/** How root filesystems get into images, with the classic builder and with others. */
const ROOT_FILESYSTEM = /(?:ADD|COPY) (?:file:\S+ in|\S+) \/\s*(?:# buildkit)?$|^# debian\.sh /;

/**
 * A guess: most Dockerfiles end with a CMD or ENTRYPOINT, so the base ends at the last such step that is followed by
 * more layers. Otherwise, a bottom layer that is a whole root filesystem is the base. Undefined if no step tells.
 */
export function baseByHistory(image: Image): FoundBase | undefined {
  const layers = steppedLayers(image);
  const history = image.config.json.history ?? [];
  const top = layers.findLastIndex((layer) => layer !== undefined);
  const ending = history.findLastIndex(
    ({ created_by: step = "", empty_layer: empty }, at) => at < top && empty === true && ENDING.test(step),
  );
  const isRoot = top > 0 && ROOT_FILESYSTEM.test(history[0]?.created_by ?? "");
  const end = ending === -1 && isRoot ? 0 : ending;
  const layer = layers.slice(0, end + 1).findLast((number) => number !== undefined);
  if (layer === undefined) return undefined;
  return { layers: layer + 1, how: "history", name: history[end]?.created_by ?? "" };
}
