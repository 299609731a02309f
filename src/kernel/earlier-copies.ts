import type { SpliceKernel } from "./splice-kernel.ts";

/** The number of ranges that the kernel has room for. */
const MAX_COPIES = 64;
/** How far back deflate can refer. RFC 1951 §2 */
const REACH_BYTES = 32 * 1024;

interface Copy {
  readonly source: unknown;
  readonly start: number;
  readonly end: number;
  /** Output position minus offset in the tar. */
  readonly shift: number;
}

/**
 * The copies whose bytes are still within reach of the output: a match that referred to these bytes can still do so, at
 * another distance.
 */
export class EarlierCopies {
  #copies: Copy[] = [];

  add(copy: Copy): void {
    this.#copies.push(copy);
    // Only the latest ones can be within reach.
    if (this.#copies.length > 2 * MAX_COPIES) this.#copies = this.#copies.slice(-MAX_COPIES);
  }

  /** Writes the copies from a source to the kernel's memory; returns their number. */
  tell(kernel: SpliceKernel, source: unknown, position: number): number {
    this.#copies = this.#copies.filter(({ end, shift }) => end + shift > position - REACH_BYTES).slice(-MAX_COPIES);
    const ofSource = this.#copies.filter((copy) => copy.source === source);
    const ranges = new DataView(kernel.memory.buffer, kernel.RANGES.value);
    const numbers = ofSource.flatMap(({ start, end, shift }) => [start, end, shift]);
    // WebAssembly's memory is little-endian on every machine, typed arrays are not.
    for (const [at, number] of numbers.entries()) ranges.setBigInt64(at * 8, BigInt(number), true);
    return ofSource.length;
  }
}
