/** What is known of an image before it is saved. */
export interface Savable {
  /** Of its layers, bottom first. */
  readonly diffIds: readonly string[];
  /** Bytes of each layer, if known. */
  readonly sizes?: readonly number[] | undefined;
  /** Bytes of the whole image. */
  readonly size: number;
}

/**
 * Divides images into batches, each to be saved to one archive, in which layers that several of them have occur once.
 * An image joins the first batch with which it shares a layer that is not empty. A batch is full when another one of
 * these images would make it twice as large as its largest image. Their order stays, and batches are in the order of
 * their first images.
 */
export function batchesOf<Image extends Savable>(images: Iterable<Image>): Image[][] {
  const left = new Set(images);
  const batches: Image[][] = [];
  for (const first of left) {
    const batch = new Batch<Image>();
    for (const image of left) {
      if (image !== first && !batch.sharesWith(image)) continue;
      if (!batch.add(image)) break;
      left.delete(image);
    }
    batches.push(batch.images);
  }
  return batches;
}

/** How many images are saved at most together: all their names are in one URL, and one lost image spoils them all. */
const MOST_IMAGES = 100;
const NOTHING: ReadonlySet<string> = new Set();

class Batch<Image extends Savable> {
  readonly images: Image[] = [];
  readonly #held = new Set<string>();
  #size = 0;
  #largest = 0;

  sharesWith({ diffIds, sizes }: Savable): boolean {
    return diffIds.some((diffId, at) => this.#held.has(diffId) && sizes?.[at] !== 0);
  }

  /** False if there is no room; the first image always has room. */
  add(image: Image): boolean {
    const size = this.#size + newBytes(image, this.#held);
    const largest = Math.max(this.#largest, newBytes(image, NOTHING));
    if (size > 2 * largest || this.images.length === MOST_IMAGES) return false;
    for (const diffId of image.diffIds) this.#held.add(diffId);
    [this.#size, this.#largest] = [size, largest];
    this.images.push(image);
    return true;
  }
}

/** Bytes that an image adds to an archive; if the sizes of its layers are unknown, as many as it has. */
function newBytes({ diffIds, sizes, size }: Savable, held: ReadonlySet<string>): number {
  if (sizes === undefined) return size;
  return diffIds.reduce((sum, diffId, at) => (held.has(diffId) ? sum : sum + (sizes[at] ?? 0)), 0);
}
