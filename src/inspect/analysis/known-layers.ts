import { type ImageLayer, layerKey } from "../../image/image.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";

/** The most entries to remember, of all layers together; each takes about 100 bytes. */
const MOST_ENTRIES = 500_000;

/**
 * Layers that were scanned for earlier images, since images share bases. A cache of limited size: the least recently
 * used layers are dropped, and scanned again if needed.
 */
export class KnownLayers {
  /** The most recently used layer is last. */
  readonly #layers = new Map<string, LayerIndex>();
  readonly #most: number;
  #entries = 0;

  constructor(most = MOST_ENTRIES) {
    this.#most = most;
  }

  get(layer: ImageLayer): LayerIndex | undefined {
    return this.#layers.get(layerKey(layer));
  }

  /** Adds the scanned layers of an image, or marks them as used. */
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
