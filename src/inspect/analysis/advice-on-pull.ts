import { countOf, formatSize } from "../../amount.ts";
import type { Advice } from "./advice-result.ts";
import type { Evidence } from "./evidence.ts";

/**
 * The most layers that Docker's classic store accepts; the limits of podman and containerd are higher and depend on the
 * kernel.
 */
const MOST_LAYERS = 125;
/** With this many layers, an image that others are built on comes close to the limit. */
const MANY_LAYERS = 60;

/** Does the image come close to the limits of engines? */
export function layerLimit({ figures }: Evidence): Advice {
  const count = figures.layers.length;
  const near = count >= MANY_LAYERS;
  return {
    topic: "layer-limit",
    verdict: count > MOST_LAYERS ? "act" : near ? "mind" : "fine",
    text: `${countOf(count, "layer", "layers")}; Docker accepts at most ${MOST_LAYERS}${near ? ", and every image built on this one adds some." : "."}`,
  };
}

/** From this many bytes on it matters that a layer is pulled over one connection. */
const LARGE_LAYER = 250_000_000;
/** How many layers Docker and containerd download at the same time. */
const AT_ONCE = 3;

/** Would one huge layer be slower than several at a time? */
export function parallelPull({ figures }: Evidence): Advice {
  const { layers, flat } = figures;
  const largest = layers.reduce((most, { size }) => Math.max(most, size), 0);
  const slower = flat.size >= LARGE_LAYER && layers.length > 1 && largest < 0.7 * flat.size;
  return {
    topic: "parallel-pull",
    verdict: slower ? "mind" : "fine",
    text: slower
      ? `The flat layer of about ${formatSize(flat.size)} is pulled over one connection and unpacked by one core; now engines pull ${AT_ONCE} layers at a time, the largest of ${formatSize(largest)}.`
      : `The largest layer has ${formatSize(largest)}, the flat one about ${formatSize(flat.size)}: pulling it takes about as long.`,
    bytes: flat.size,
  };
}
