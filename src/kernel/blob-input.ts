import type { SpliceKernel } from "./splice-kernel.ts";
import type { SpliceRead, SpliceWork } from "./splice-source.ts";

/** If at least this much input remains, a stretch that is larger than the input region is not read further. */
const LOW_BYTES = 64 * 1024;

/**
 * The part of a blob that is in the kernel's input region. Bits are counted from the beginning of the blob: bit 0 of
 * byte 0 is bit 0.
 */
export class BlobInput<Bytes> {
  readonly #kernel: SpliceKernel;
  readonly #region: Uint8Array;
  #blob: Bytes | undefined;
  /** Range of the blob that is in the region, in bytes, half-open. */
  #start = 0;
  #end = 0;

  constructor(kernel: SpliceKernel) {
    this.#kernel = kernel;
    this.#region = new Uint8Array(kernel.memory.buffer, kernel.INPUT.value, kernel.INPUT_SIZE.value);
  }

  /**
   * Makes the bits from `bit` to `end` available, or as many of them as there is room for. Reads nothing if they are
   * there already.
   */
  *hold(blob: Bytes, bit: number, end: number): SpliceWork<Bytes> {
    const first = Math.floor(bit / 8);
    const last = Math.min(Math.ceil(end / 8), first + this.#region.length);
    const held = blob === this.#blob && first >= this.#start && (last <= this.#end || first + LOW_BYTES <= this.#end);
    if (!held) yield* this.#load(blob, first, last);
    this.#kernel.setInputEnd(this.address(Math.min(this.#end * 8, end)));
  }

  /** The bit address of a bit that is held. */
  address(bit: number): number {
    return this.#kernel.INPUT.value * 8 + (bit - this.#start * 8);
  }

  /** The bit at a bit address. */
  bitAt(address: number): number {
    return this.#start * 8 + (address - this.#kernel.INPUT.value * 8);
  }

  /** The first bit that is not held. */
  get end(): number {
    return this.#end * 8;
  }

  *#load(blob: Bytes, first: number, last: number): SpliceWork<Bytes> {
    const kept = blob === this.#blob && first >= this.#start && first < this.#end ? this.#end - first : 0;
    if (kept > 0) this.#region.copyWithin(0, first - this.#start, this.#end - this.#start);
    this.#blob = undefined;
    const read: SpliceRead<Bytes> = {
      bytes: blob,
      start: first + kept,
      end: last,
      into: this.#region.subarray(kept, last - first),
    };
    if (read.end > read.start) yield read;
    this.#blob = blob;
    this.#start = first;
    this.#end = Math.max(last, first + kept);
  }
}
