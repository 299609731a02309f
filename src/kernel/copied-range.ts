import { firstFrom } from "../bytes/first-from.ts";
import type { BlobInput } from "./blob-input.ts";
import { type BlockWalk, contradiction, type Place } from "./block-walk.ts";
import type { DeflateMap } from "./deflate-map.ts";
import type { FlatTar } from "./flat-tar.ts";
import { type SpliceKernel, WALK } from "./splice-kernel.ts";
import type { SpliceWork } from "./splice-source.ts";
import { STRETCH, stretchAt } from "./stretch.ts";

/** What a copy works with. */
interface Parts<Bytes> {
  readonly kernel: SpliceKernel;
  readonly flat: FlatTar<Bytes>;
  readonly input: BlobInput<Bytes>;
  readonly walk: BlockWalk<Bytes>;
}

/** What is copied: bytes `start` to `end` of a tar of `size` bytes. */
interface Range<Bytes> {
  readonly map: DeflateMap;
  readonly blob: Bytes;
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/** How far back deflate can refer, and how much a symbol makes at most. RFC 1951 §2, §3.2.5 */
const REACH_BYTES = 32 * 1024;
const MAX_MATCH = 258;

/** A block is not resumed for less than so many times the bits of its header. */
const WORTH_A_HEADER = 4;

/** To walk over a byte takes so much less time than to compress one. */
const FAR = 3;

/** Writes one range of a layer that was compressed with deflate. */
export class CopiedRange<Bytes> {
  readonly #parts: Parts<Bytes>;
  readonly #range: Range<Bytes>;
  /** Symbols from this offset on refer to nothing before the range. */
  readonly #safe: number;
  /** Position of the flat tar at which the range ends. */
  readonly #outputEnd: number;

  constructor(parts: Parts<Bytes>, range: Range<Bytes>) {
    this.#parts = parts;
    this.#range = range;
    this.#safe = safeOffset(range);
    this.#outputEnd = parts.flat.position + range.end - range.start;
  }

  *write(): SpliceWork<Bytes> {
    const { map, start, end } = this.#range;
    let offset = start;
    for (let stretch = stretchAt(map, start); offset < end; stretch++) {
      const whole = this.#isWhole(stretch);
      const last = whole ? this.#lastOfRun(stretch) : stretch;
      const stop = Math.min(end, this.#endOf(last));
      const kind = map.kind[stretch];
      if (kind === STRETCH.stored) yield* this.#parts.flat.store(stop - offset);
      else if (kind === STRETCH.mixed) yield* this.#parts.flat.compressCopy(stop - offset, "recompressed");
      else if (whole) yield* this.#copyWhole(stretch, last);
      else if (this.#isFar(stretch, offset, stop)) yield* this.#parts.flat.compressCopy(stop - offset, "transcoded");
      else yield* this.#copyPart(stretch, offset);
      offset = stop;
      // Of a changed blob the symbols may make more or less than the map says.
      if (this.#parts.flat.position !== this.#outputEnd - (end - offset)) throw contradiction();
      stretch = last;
    }
  }

  /**
   * Whether it costs more to walk to what the range has of a stretch than to compress that: so with most of a tar whose
   * names are in no order, and of one that is a single block.
   */
  #isFar(stretch: number, offset: number, stop: number): boolean {
    const { map, blob } = this.#range;
    return this.#parts.walk.distance(blob, map, stretch, offset) > FAR * (stop - offset);
  }

  #endOf(stretch: number): number {
    const { map, size } = this.#range;
    return stretch + 1 < map.length ? (map.outStart[stretch + 1] ?? 0) : size;
  }

  #isWhole(stretch: number): boolean {
    const { map, end } = this.#range;
    const coded = map.kind[stretch] === STRETCH.coded || map.kind[stretch] === STRETCH.final;
    return coded && (map.outStart[stretch] ?? 0) >= this.#safe && this.#endOf(stretch) <= end;
  }

  /**
   * The last of the whole stretches that follow each other without a gap. A final block is a run of its own, because
   * its first bit changes.
   */
  #lastOfRun(first: number): number {
    const { map } = this.#range;
    let last = first;
    while (
      last + 1 < map.length &&
      map.kind[first] === STRETCH.coded &&
      map.kind[last + 1] === STRETCH.coded &&
      map.bitStart[last + 1] === map.bitEnd[last] &&
      this.#isWhole(last + 1)
    ) {
      last++;
    }
    return last;
  }

  *#copyWhole(first: number, last: number): SpliceWork<Bytes> {
    const { map } = this.#range;
    this.#parts.kernel.flush();
    yield* this.#copyBits(map.bitStart[first] ?? 0, map.bitEnd[last] ?? 0, true);
    yield* this.#parts.flat.pass(this.#endOf(last) - (map.outStart[first] ?? 0));
  }

  /**
   * Copies bits of the blob, read as they are needed; `blocks`: they begin with a block's header, and not in its
   * middle.
   */
  *#copyBits(start: number, end: number, blocks: boolean): SpliceWork<Bytes> {
    const { kernel, input, flat } = this.#parts;
    for (let bit = start; bit < end; ) {
      yield* input.hold(this.#range.blob, bit, end);
      const stop = Math.min(end, input.end);
      if (blocks && bit === start) kernel.copyBlocks(input.address(bit), input.address(stop));
      else kernel.copyRaw(input.address(bit), input.address(stop));
      flat.advance(0, "spliced");
      bit = stop;
    }
  }

  /**
   * Copies what the range has of a stretch, from an offset on, where the range or the first safe offset does not lie at
   * its ends.
   */
  *#copyPart(stretch: number, offset: number): SpliceWork<Bytes> {
    const { walk } = this.#parts;
    const { blob, map, end } = this.#range;
    const stop = this.#endOf(stretch);
    yield* walk.enter(blob, map, stretch, offset);
    yield* this.#startAt(offset);
    yield* this.#transcode(Math.min(this.#safe, stop));
    if (walk.offset < Math.min(stop, end)) {
      if (stop <= end) return yield* this.#copyRest(stretch, stop);
      while (this.#parts.flat.position < this.#outputEnd) yield* this.#copyHead();
    }
    walk.leave();
  }

  /**
   * Finds the first symbol from an offset on. Of one that begins before it and goes beyond it the kept bytes are
   * compressed.
   */
  *#startAt(offset: number): SpliceWork<Bytes> {
    const { kernel, walk, flat } = this.#parts;
    if ((yield* walk.skip(offset)) !== WALK.crosses) return;
    kernel.pass();
    yield* flat.compressCopy(Math.min(walk.offset, this.#range.end) - offset, "transcoded");
  }

  /** Codes again the symbols that begin before an offset, as far as the range goes. */
  *#transcode(until: number): SpliceWork<Bytes> {
    const { walk, flat } = this.#parts;
    const { end } = this.#range;
    const stop = Math.min(until, end);
    while (walk.offset < stop) {
      const from = walk.offset;
      // The bytes of a match must all be there, in case it has to be compressed.
      const loaded = yield* flat.load(from + MAX_MATCH + 1);
      yield* walk.transcode(loaded >= end ? stop : Math.min(stop, loaded - MAX_MATCH), end);
      flat.advance(Math.min(walk.offset, end) - from, "transcoded");
    }
  }

  /** Copies a stretch from the present symbol on to its end. */
  *#copyRest(stretch: number, stop: number): SpliceWork<Bytes> {
    const { kernel, walk, flat } = this.#parts;
    const { bit, offset, inBlock } = walk;
    const bitEnd = this.#range.map.bitEnd[stretch] ?? 0;
    walk.leave();
    if (inBlock && bitEnd - bit < WORTH_A_HEADER * kernel.currentHeaderBits()) return yield* this.#transcode(stop);
    kernel.flush();
    if (inBlock) kernel.writeHeaderAgain();
    yield* this.#copyBits(bit, bitEnd, !inBlock);
    yield* flat.pass(stop - offset);
  }

  /**
   * Copies what the range has of the present block, or of the next one, of a stretch in which the range ends: up to the
   * last symbol that ends within it, then the block's own end. Of the symbol that crosses the end the kept bytes are
   * compressed.
   */
  *#copyHead(): SpliceWork<Bytes> {
    const { kernel, walk, flat } = this.#parts;
    const { end } = this.#range;
    if (!walk.inBlock) yield* walk.enterBlock();
    let from = walk.place();
    let opened = false;
    let status = walk.skipInBlock(end);
    for (; status === WALK.needInput; status = walk.skipInBlock(end)) {
      yield* this.#copySymbols(from, opened);
      opened = true;
      yield* walk.readOn();
      from = walk.place();
    }
    const whole = status === WALK.blockEnd;
    if (whole) walk.leaveBlock();
    const after = walk.place();
    if (opened || after.bit - from.bit >= WORTH_A_HEADER * kernel.currentHeaderBits()) {
      yield* this.#copySymbols(from, opened);
      if (!whole) kernel.writeBlockEnd();
      if (!whole) yield* flat.compressCopy(end - after.offset, "transcoded");
    } else {
      yield* walk.goTo(from);
      yield* this.#transcode(whole ? after.offset : end);
      yield* walk.goTo(after);
    }
  }

  /** Copies the symbols between a place and the present one. */
  *#copySymbols(from: Place, opened: boolean): SpliceWork<Bytes> {
    const { kernel, input, walk, flat } = this.#parts;
    if (!opened) {
      kernel.flush();
      kernel.writeHeaderAgain();
    }
    kernel.copyRaw(input.address(from.bit), input.address(walk.bit));
    yield* flat.pass(walk.offset - from.offset);
  }
}

/** Symbols from this offset on refer to nothing before the range: where a member begins nothing refers back at all. */
function safeOffset<Bytes>({ map: { memberStart }, start }: Range<Bytes>): number {
  return Math.min(memberStart[firstFrom(memberStart, start)] ?? Number.POSITIVE_INFINITY, start + REACH_BYTES);
}
