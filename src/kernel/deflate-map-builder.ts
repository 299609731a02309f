import type { DeflateMap } from "./deflate-map.ts";
import type { BlockRow } from "./inflate-kernel.ts";
import { STRETCH } from "./stretch.ts";

/** Adjacent blocks are joined into a stretch until it has produced this many bytes. */
const STRETCH_BYTES = 64 * 1024;

/**
 * Number of stretches that a blob of any size may have, and bytes of tar that allow one more: blocks beyond that are
 * joined into mixed stretches.
 */
const FREE_STRETCHES = 65_536;
const BYTES_PER_STRETCH = 16 * 1024;

/**
 * Collects the blocks of a blob, in order, into stretches. However small the blocks are, there is at most one stretch
 * for 16 KiB of tar, besides the first 65,536.
 */
export class DeflateMapBuilder {
  #columns = columnsOf(256);
  #length = 0;
  readonly #memberStart = [0];
  #newMember = 0;

  /** A member begins at a byte offset of the tar. */
  beginMember(outStart: number): void {
    this.#newMember = outStart;
  }

  /** Adds a block that has ended. */
  add(block: BlockRow): void {
    const [, bitEnd, outStart, kind] = block;
    const tooMany = this.#length >= FREE_STRETCHES + outStart / BYTES_PER_STRETCH;
    if (!this.#lastTakes(block, tooMany)) this.#open(block, tooMany ? STRETCH.mixed : kind);
    this.#columns.bitEnd[this.#length - 1] = bitEnd;
  }

  /** The map of all blocks that were added. */
  finish(): DeflateMap {
    const { bitStart, bitEnd, outStart, kind } = this.#columns;
    return {
      length: this.#length,
      bitStart: bitStart.slice(0, this.#length),
      bitEnd: bitEnd.slice(0, this.#length),
      outStart: outStart.slice(0, this.#length),
      kind: kind.slice(0, this.#length),
      memberStart: Float64Array.from(this.#memberStart),
    };
  }

  /** Whether to join a block to the last stretch. */
  #lastTakes([bitStart, , outStart, kind]: BlockRow, tooMany: boolean): boolean {
    const last = this.#length - 1;
    const { bitEnd, outStart: starts, kind: kinds } = this.#columns;
    if (last < 0 || outStart - (starts[last] ?? 0) >= STRETCH_BYTES) return false;
    if (kinds[last] === STRETCH.mixed) return tooMany;
    return kinds[last] === STRETCH.coded && kind === STRETCH.coded && bitEnd[last] === bitStart;
  }

  #open([bitStart, , outStart]: BlockRow, kind: number): void {
    if (this.#length === this.#columns.kind.length) this.#columns = grown(this.#columns);
    this.#columns.bitStart[this.#length] = bitStart;
    this.#columns.outStart[this.#length] = outStart;
    this.#columns.kind[this.#length] = kind;
    this.#length++;
    if (this.#newMember > (this.#memberStart.at(-1) ?? 0)) this.#memberStart.push(this.#newMember);
  }
}

type Columns = Pick<DeflateMap, "bitStart" | "bitEnd" | "outStart" | "kind">;

function columnsOf(capacity: number): Columns {
  return {
    bitStart: new Float64Array(capacity),
    bitEnd: new Float64Array(capacity),
    outStart: new Float64Array(capacity),
    kind: new Uint8Array(capacity),
  };
}

function grown(columns: Columns): Columns {
  const larger = columnsOf(columns.kind.length * 2);
  larger.bitStart.set(columns.bitStart);
  larger.bitEnd.set(columns.bitEnd);
  larger.outStart.set(columns.outStart);
  larger.kind.set(columns.kind);
  return larger;
}
