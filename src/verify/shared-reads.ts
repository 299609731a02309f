import type { Image, ImageLayer } from "../image/image.ts";
import { copyOfTable, type EntryTableData } from "./entry-table.ts";

/** What can be done about a layer. */
export interface LayerWork {
  /** Reads its entries. */
  read(): Promise<EntryTableData>;
  /** Makes sure that its blob is there, with the bytes that its digest says. */
  check(): Promise<void>;
  /** Told of entries that were read from another of its blobs. */
  onShared(data: EntryTableData): void;
}

/**
 * The reading of layers that several images have, or one image twice: blobs of one digest have the same bytes. So the
 * first of them is read, and of the others, each where it lies, the blob alone is checked.
 */
export class SharedReads {
  /** How often each layer is still to be asked for. */
  readonly #wanted = new Map<string, number>();
  readonly #shared = new Set<string>();
  readonly #reads = new Map<string, Promise<EntryTableData>>();

  constructor(images: readonly Image[]) {
    for (const key of images.flatMap(({ layers }) => layers.map(keyOf))) {
      const before = this.#wanted.get(key) ?? 0;
      if (before > 0) this.#shared.add(key);
      this.#wanted.set(key, before + 1);
    }
  }

  /** Whether a layer is there more than once. */
  has(layer: ImageLayer): boolean {
    return this.#shared.has(keyOf(layer));
  }

  /** The entries of a layer, for the caller alone. To be called for every layer of the images once. */
  async entriesOf(layer: ImageLayer, { read, check, onShared }: LayerWork): Promise<EntryTableData> {
    const key = keyOf(layer);
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

/** With another diffID the same bytes are another layer, and one of the two is wrong. */
function keyOf({ descriptor, diffId }: ImageLayer): string {
  return `${descriptor.digest} ${diffId}`;
}
