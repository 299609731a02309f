import type { ImageLayer } from "../../image/image.ts";
import { layerKey } from "../../scan/each-layer.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";

/** Entries of all layers that are remembered; about 100 bytes each. */
const MOST_ENTRIES = 500_000;

/**
 * Layers that were scanned for earlier images, since images share their bases. Of thousands of images not all can be
 * remembered: what was needed least lately is scanned again when it is met again.
 */
export class KnownLayers {
  /** What was needed last comes last. */
  readonly #layers = new Map<string, LayerIndex>();
  readonly #most: number;
  #entries = 0;

  constructor(most = MOST_ENTRIES) {
    this.#most = most;
  }

  get(layer: ImageLayer): LayerIndex | undefined {
    return this.#layers.get(layerKey(layer));
  }

  /** Says which layers an image has, all of them scanned. */
  remember(layers: readonly LayerIndex[]): void {
    for (const layer of layers) {
      this.#forget(layerKey(layer));
      this.#layers.set(layerKey(layer), layer);
      this.#entries += layer.entries.length;
    }
    for (const key of this.#layers.keys()) {
      if (this.#entries <= this.#most) break;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#entries -= this.#layers.get(key)?.entries.length ?? 0;
    this.#layers.delete(key);
  }
}
