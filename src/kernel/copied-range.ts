import { firstFrom } from "../bytes/first-from.ts";
import type { BlobInput } from "./blob-input.ts";
import { type BlockWalk, contradiction, type Place } from "./block-walk.ts";
import type { DeflateMap } from "./deflate-map.ts";
import { type FlatTar, MAX_MATCH, REACH_BYTES } from "./flat-tar.ts";
import { type SpliceKernel, WALK } from "./splice-kernel.ts";
import type { SpliceWork } from "./splice-source.ts";
import { STRETCH, stretchAt } from "./stretch.ts";

/** The parts of a splicer that a copy uses. */
interface Parts<Bytes> {
  readonly kernel: SpliceKernel;
  readonly flat: FlatTar<Bytes>;
  readonly input: BlobInput<Bytes>;
  readonly walk: BlockWalk<Bytes>;
}

/** The range to copy: bytes `start` to `end` of a tar of `size` bytes. */
interface Range<Bytes> {
  readonly map: DeflateMap;
  readonly blob: Bytes;
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/** Symbols are copied under a copy of their block's header only if they have this many times as many bits as it. */
const WORTH_A_HEADER = 4;

/** Compressing a byte takes this many times as long as walking over it. */
const FAR = 3;

/** Copies one range of a layer that is compressed with deflate. */
export class CopiedRange<Bytes> {
  readonly #parts: Parts<Bytes>;
  readonly #range: Range<Bytes>;
  /** Symbols from this offset on do not refer to bytes before the range. */
  readonly #safe: number;
  /** Position in the flat tar at which the range ends. */
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
      // If the blob was changed, its symbols may produce more or fewer bytes than the map says.
      if (this.#parts.flat.position !== this.#outputEnd - (end - offset)) throw contradiction();
      stretch = last;
    }
  }

  /**
   * Whether walking to the range's part of a stretch costs more than compressing that part, as for most of a tar with
   * unsorted names, or of one that is a single block.
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
   * The last of the whole stretches that follow `first` without a gap. A final block is a run of its own, because its
   * first bit must be changed.
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
   * Copies bits of the blob, reading them as needed; `blocks`: whether they begin with the header of a block, and not
   * inside one.
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
   * Copies the range's part of a stretch, from an offset on, when the stretch is not wholly in the range or begins
   * before the first safe offset.
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
   * Walks to the first symbol that begins at or after an offset. If the symbol before it extends beyond the offset, the
   * bytes of that symbol after the offset are compressed.
   */
  *#startAt(offset: number): SpliceWork<Bytes> {
    const { kernel, walk, flat } = this.#parts;
    if ((yield* walk.skip(offset)) !== WALK.crosses) return;
    kernel.pass();
    yield* flat.compressCopy(Math.min(walk.offset, this.#range.end) - offset, "transcoded");
  }

  /** Encodes the symbols before an offset again, up to the end of the range. */
  *#transcode(until: number): SpliceWork<Bytes> {
    const { walk, flat } = this.#parts;
    const { end } = this.#range;
    const stop = Math.min(until, end);
    while (walk.offset < stop) {
      const from = walk.offset;
      // All bytes of a match must be loaded, in case it has to be compressed.
      const loaded = yield* flat.load(from + MAX_MATCH + 1);
      yield* walk.transcode(loaded >= end ? stop : Math.min(stop, loaded - MAX_MATCH), end);
      flat.advance(Math.min(walk.offset, end) - from, "transcoded");
    }
  }

  /** Copies a stretch from the current symbol to its end. */
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
   * In a stretch in which the range ends, copies the range's part of the current block, or of the next one: the symbols
   * up to the last one that ends within the range, then an end of block. The range's bytes of a symbol that crosses its
   * end are compressed.
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

  /**
   * Copies the symbols between a place and the current one; `opened`: whether the block's header was written already.
   */
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

/** The first offset from which on no symbol refers to bytes before the range; nothing refers back beyond its member. */
function safeOffset<Bytes>({ map: { memberStart }, start }: Range<Bytes>): number {
  return Math.min(memberStart[firstFrom(memberStart, start)] ?? Number.POSITIVE_INFINITY, start + REACH_BYTES);
}
