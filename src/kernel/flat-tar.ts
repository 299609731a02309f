import type { SpliceKernel } from "./splice-kernel.ts";
import type { SpliceTally, SpliceWork } from "./splice-source.ts";

/** Receives the deflate stream; the bytes are valid during the call only. */
export type SpliceSink = (bytes: Uint8Array) => void;

/** How far back deflate can refer. RFC 1951 §2 */
export const REACH_BYTES = 32 * 1024;

/** The most bytes that a symbol produces. RFC 1951 §3.2.5 */
export const MAX_MATCH = 258;

/** Bytes of the tar that are read at once. */
const LOAD_BYTES = 512 * 1024;
/** Matches that are repeated at once: 16 MiB of the tar, which become 16 KiB of output. */
const MAX_REPEATS = 64 * 1024;
/** Output is passed on when there is at least this much. */
const OUTPUT_BYTES = 1024 * 1024;

/** A range of an input tar that is being copied. */
interface Copy<Bytes> {
  readonly tar: Bytes;
  readonly end: number;
  /** Output position minus offset in the tar. */
  readonly shift: number;
}

/**
 * The flat tar as it passes through the kernel's window: what is loaded, how much of it was processed, and how. Of long
 * copies only the ends are loaded. Positions are bytes of the flat tar.
 */
export class FlatTar<Bytes> {
  readonly tally: SpliceTally = { spliced: 0, transcoded: 0, recompressed: 0 };
  readonly #kernel: SpliceKernel;
  readonly #onOutput: SpliceSink;
  #position = 0;
  #loaded = 0;
  #copy: Copy<Bytes> | undefined;

  constructor(kernel: SpliceKernel, onOutput: SpliceSink) {
    this.#kernel = kernel;
    this.#onOutput = onOutput;
  }

  /** Everything before this position was processed. */
  get position(): number {
    return this.#position;
  }

  /** Adds bytes that come from no layer; `fill` writes them into views, piece by piece. */
  make(length: number, fill: (piece: Uint8Array, done: number) => void): void {
    for (let done = 0; done < length; ) {
      const bytes = Math.min(LOAD_BYTES, length - done);
      const view = this.#room(bytes);
      fill(view, done);
      this.#take(view);
      this.compress(bytes, "recompressed");
      done += bytes;
    }
  }

  /** Adds NULs. Of many, only those that matches of later bytes may refer to pass through the window. */
  zeros(length: number): void {
    const fill = (piece: Uint8Array) => piece.fill(0);
    const matches = length > LOAD_BYTES ? Math.floor((length - 1 - REACH_BYTES) / MAX_MATCH) : 0;
    const first = Math.min(1, matches);
    this.make(first, fill);
    for (let left = matches; left > 0; left -= MAX_REPEATS) this.#repeat(Math.min(left, MAX_REPEATS));
    this.make(length - first - matches * MAX_MATCH, fill);
  }

  /** Adds matches that repeat the last byte. */
  #repeat(matches: number): void {
    const bytes = matches * MAX_MATCH;
    this.#kernel.addRepeats(matches);
    this.#loaded += bytes;
    this.advance(bytes, "recompressed");
  }

  /** Sets the range of a tar from which the next bytes are copied. */
  begin(tar: Bytes, start: number, end: number): void {
    this.#copy = { tar, end, shift: this.#position - start };
  }

  /** Loads the copied tar at least up to an offset; returns the offset up to which it is loaded. */
  *load(offset: number): SpliceWork<Bytes, number> {
    if (this.#copy === undefined) throw new Error("nothing is being copied");
    const { tar, end, shift } = this.#copy;
    while (this.#loaded - shift < Math.min(offset, end)) {
      const start = this.#loaded - shift;
      const bytes = Math.min(LOAD_BYTES, end - start);
      const into = this.#room(bytes);
      yield { bytes: tar, start, end: start + bytes, into };
      this.#take(into);
    }
    return this.#loaded - shift;
  }

  /** Compresses the next bytes of the copy, however they were compressed before. */
  *compressCopy(bytes: number, how: keyof SpliceTally): SpliceWork<Bytes> {
    yield* this.#inPieces(bytes, (piece) => this.compress(piece, how));
  }

  /** Writes the next bytes of the copy as stored blocks. */
  *store(bytes: number): SpliceWork<Bytes> {
    yield* this.#inPieces(bytes, (piece) => {
      this.#kernel.addStored(piece);
      this.advance(piece, "spliced");
    });
  }

  /**
   * Advances over the next bytes of the copy, whose bits were copied. Only what matches of later bytes may refer to is
   * loaded.
   */
  *pass(bytes: number): SpliceWork<Bytes> {
    const loaded = this.#loaded - this.#position;
    const unseen = bytes - loaded - REACH_BYTES;
    if (unseen <= 0) return yield* this.#passLoaded(bytes);
    yield* this.#passLoaded(loaded);
    this.#kernel.addUnseen(unseen);
    this.#loaded += unseen;
    this.advance(unseen, "spliced");
    yield* this.#passLoaded(REACH_BYTES);
  }

  *#passLoaded(bytes: number): SpliceWork<Bytes> {
    yield* this.#inPieces(bytes, (piece) => {
      this.#kernel.addCopied(piece);
      this.advance(piece, "spliced");
    });
  }

  /** Counts bytes that the kernel has processed, and passes on its output when there is enough. */
  advance(bytes: number, how: keyof SpliceTally): void {
    this.#position += bytes;
    this.tally[how] += bytes;
    if (this.#kernel.outputLength() >= OUTPUT_BYTES) this.drain();
  }

  compress(bytes: number, how: keyof SpliceTally): void {
    this.#kernel.addFresh(bytes);
    this.advance(bytes, how);
  }

  /** Passes on all whole bytes of output. */
  drain(): void {
    const length = this.#kernel.outputLength();
    if (length === 0) return;
    this.#onOutput(new Uint8Array(this.#kernel.memory.buffer, this.#kernel.OUTPUT.value, length));
    this.#kernel.outputTaken();
  }

  *#inPieces(bytes: number, take: (piece: number) => void): SpliceWork<Bytes> {
    if (this.#copy === undefined) throw new Error("nothing is being copied");
    const end = this.#position + bytes;
    while (this.#position < end) {
      const loaded = (yield* this.load(this.#position + 1 - this.#copy.shift)) + this.#copy.shift;
      take(Math.min(end, loaded) - this.#position);
    }
  }

  #room(bytes: number): Uint8Array {
    const address = this.#kernel.roomForTar(bytes);
    if (address === 0) throw new Error("the window of the splicing kernel is full");
    return new Uint8Array(this.#kernel.memory.buffer, address, bytes);
  }

  #take(view: Uint8Array): void {
    this.#kernel.extendWindow(view.length);
    this.#loaded += view.length;
  }
}
