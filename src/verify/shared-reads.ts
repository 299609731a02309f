import { type Image, type ImageLayer, layerKey } from "../image/image.ts";
import { copyOfTable, type EntryTableData } from "./entry-table.ts";

/** How a layer is read and checked. */
export interface LayerWork {
  /** Reads its entries. */
  read(): Promise<EntryTableData>;
  /** Verifies that its blob exists and has its digest. */
  check(): Promise<void>;
  /** Called with entries that were read from another copy of its blob. */
  onShared(data: EntryTableData): void;
}

/**
 * Reads layers only once that several images have, or one image has twice: blobs of one digest have the same bytes. So
 * the first copy is read, and of the others, each in its own source, only the blob is checked.
 */
export class SharedReads {
  /** How often each layer will still be requested. */
  readonly #wanted = new Map<string, number>();
  readonly #shared = new Set<string>();
  readonly #reads = new Map<string, Promise<EntryTableData>>();

  constructor(images: readonly Image[]) {
    for (const key of images.flatMap(({ layers }) => layers.map(layerKey))) {
      const before = this.#wanted.get(key) ?? 0;
      if (before > 0) this.#shared.add(key);
      this.#wanted.set(key, before + 1);
    }
  }

  /** Whether a layer occurs more than once. */
  has(layer: ImageLayer): boolean {
    return this.#shared.has(layerKey(layer));
  }

  /** The entries of a layer, which the caller owns. Must be called once for every layer of the images. */
  async entriesOf(layer: ImageLayer, { read, check, onShared }: LayerWork): Promise<EntryTableData> {
    const key = layerKey(layer);
    const first = this.#reads.get(key);
    const reading = first ?? read();
    this.#reads.set(key, reading);
    // Both are awaited even if one fails: the caller may close the source as soon as this rejects.
    const [outcome, checked] = await Promise.allSettled([reading, first && check()]);
    if (outcome.status === "rejected") throw outcome.reason;
    if (checked.status === "rejected") throw checked.reason;
    const data = outcome.value;
    if (first !== undefined) onShared(data);
    const left = (this.#wanted.get(key) ?? 1) - 1;
    this.#wanted.set(key, left);
    if (left > 0) return copyOfTable(data);
    this.#reads.delete(key);
    return data;
  }
}
