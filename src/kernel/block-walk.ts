import type { BlobInput } from "./blob-input.ts";
import type { DeflateMap } from "./deflate-map.ts";
import { type SpliceKernel, WALK } from "./splice-kernel.ts";
import type { SpliceWork } from "./splice-source.ts";

/** A place between two symbols or two blocks. Bits are counted in the blob, offsets in its tar. */
export interface Place {
  readonly stretch: number;
  /** Where the next symbol, or the header of the next block, begins. */
  readonly bit: number;
  readonly offset: number;
  /** The bit at which the header of the current block begins; undefined between two blocks. */
  readonly header: number | undefined;
}

/**
 * Walks over the symbols of blobs, from the beginning of a stretch, or from the last place in the blob if that is
 * nearer. At any time the walk is in one stretch.
 */
export class BlockWalk<Bytes> {
  readonly #kernel: SpliceKernel;
  readonly #input: BlobInput<Bytes>;
  /** The last place in each blob. */
  readonly #left = new Map<Bytes, Place>();
  /** The block for which the kernel has built tables. */
  #tables: { readonly blob: Bytes; readonly header: number } | undefined;
  #blob: Bytes | undefined;
  #stretch = 0;
  #stretchEnd = 0;
  #header: number | undefined;

  constructor(kernel: SpliceKernel, input: BlobInput<Bytes>) {
    this.#kernel = kernel;
    this.#input = input;
  }

  /** The bit of the blob at which the next symbol, or the header of the next block, begins. */
  get bit(): number {
    return this.#input.bitAt(this.#kernel.currentBit());
  }

  /** Offset in the tar of the first byte that the next symbol produces. */
  get offset(): number {
    return this.#kernel.currentOffset();
  }

  /** Whether the current place is inside a block, and not between two. */
  get inBlock(): boolean {
    return this.#header !== undefined;
  }

  /** Goes to a stretch, to the last known place there that is not after `offset`. */
  *enter(blob: Bytes, map: DeflateMap, stretch: number, offset: number): SpliceWork<Bytes> {
    const place = this.#nearest(blob, map, stretch, offset);
    this.#blob = blob;
    this.#stretch = stretch;
    this.#stretchEnd = map.bitEnd[stretch] ?? 0;
    yield* this.goTo(place);
  }

  /**
   * Bytes between an offset and the place to which {@link enter} would go: their symbols would have to be walked over.
   */
  distance(blob: Bytes, map: DeflateMap, stretch: number, offset: number): number {
    return offset - this.#nearest(blob, map, stretch, offset).offset;
  }

  /** Remembers the place for the next copy from the same blob. */
  leave(): void {
    if (this.#blob !== undefined) this.#left.set(this.#blob, this.place());
  }

  place(): Place {
    return { stretch: this.#stretch, bit: this.bit, offset: this.offset, header: this.#header };
  }

  /** Goes back to a place in the same stretch. */
  *goTo(place: Place): SpliceWork<Bytes> {
    const { header } = place;
    const known = this.#tables?.blob === this.#blob && this.#tables?.header === header;
    this.#header = undefined;
    if (header !== undefined && !known) {
      yield* this.#set(header, place.offset);
      yield* this.enterBlock();
    }
    this.#header = header;
    yield* this.#set(place.bit, place.offset);
  }

  /** Reads the header of the next block. */
  *enterBlock(): SpliceWork<Bytes> {
    const header = this.bit;
    this.#tables = undefined;
    if ((yield* this.#step(() => this.#kernel.enterBlock())) !== WALK.done) throw contradiction();
    this.#header = header;
    if (this.#blob !== undefined) this.#tables = { blob: this.#blob, header };
  }

  /** {@link SpliceKernel.skip}, reading input as needed and entering the blocks that follow. */
  *skip(target: number): SpliceWork<Bytes, number> {
    for (;;) {
      if (this.offset < target && !this.inBlock) yield* this.enterBlock();
      const status = yield* this.#step(() => this.#kernel.skip(target));
      if (status !== WALK.blockEnd) return status;
      this.#header = undefined;
    }
  }

  /** Walks to `target` or to the end of the block, whichever comes first, or to the end of the input. */
  skipInBlock(target: number): number {
    return this.#checked(this.#kernel.skip(target));
  }

  /** Call it when the walk has passed the end of the block. */
  leaveBlock(): void {
    this.#header = undefined;
  }

  /** {@link SpliceKernel.transcode}, reading input as needed and entering the blocks that follow. */
  *transcode(target: number, limit: number): SpliceWork<Bytes> {
    for (;;) {
      if (this.offset < target && !this.inBlock) yield* this.enterBlock();
      const status = yield* this.#step(() => this.#kernel.transcode(target, limit));
      if (status !== WALK.blockEnd) return;
      this.#header = undefined;
    }
  }

  #nearest(blob: Bytes, map: DeflateMap, stretch: number, offset: number): Place {
    const left = this.#left.get(blob);
    if (left?.stretch === stretch && left.offset <= offset) return left;
    return { stretch, bit: map.bitStart[stretch] ?? 0, offset: map.outStart[stretch] ?? 0, header: undefined };
  }

  /** Makes more input available. */
  *readOn(): SpliceWork<Bytes> {
    if (this.#input.end >= this.#stretchEnd) throw contradiction();
    yield* this.#set(this.bit, this.offset);
  }

  *#step(step: () => number): SpliceWork<Bytes, number> {
    for (;;) {
      const status = this.#checked(step());
      if (status !== WALK.needInput) return status;
      yield* this.readOn();
    }
  }

  #checked(status: number): number {
    if (status < 0) throw contradiction();
    return status;
  }

  *#set(bit: number, offset: number): SpliceWork<Bytes> {
    if (this.#blob === undefined) throw new Error("no stretch was entered");
    yield* this.#input.hold(this.#blob, bit, this.#stretchEnd);
    this.#kernel.walkAt(this.#input.address(bit), offset);
  }
}

/** The error for a blob or tar that was changed since the scan. */
export function contradiction(): Error {
  return new Error("the compressed bytes of a layer are not those that were scanned");
}
