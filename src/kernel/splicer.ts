import { BlobInput } from "./blob-input.ts";
import { BlockWalk } from "./block-walk.ts";
import { CopiedRange } from "./copied-range.ts";
import { EarlierCopies } from "./earlier-copies.ts";
import { FlatTar, type SpliceSink } from "./flat-tar.ts";
import { createSpliceKernel, type SpliceKernel } from "./splice-kernel.ts";
import type { SpliceSource, SpliceTally, SpliceWork } from "./splice-source.ts";

/** Shorter copies are compressed: finding their tokens would cost more than making new ones. */
const LEAST_SPLICED = 1024;

/**
 * Writes one raw deflate stream (RFC 1951) out of ranges of tars whose gzip blobs can be read again, copying their bits
 * wherever these do not refer to missing bytes. Equal calls give equal bytes on every machine. It does no I/O:
 * generators request the bytes that they need, and the caller decides how to read them. Uses about 5 MiB.
 */
export class Splicer<Bytes> {
  readonly #kernel: SpliceKernel = createSpliceKernel();
  readonly #flat: FlatTar<Bytes>;
  readonly #input: BlobInput<Bytes>;
  readonly #walk: BlockWalk<Bytes>;
  readonly #earlier = new EarlierCopies();

  constructor(onOutput: SpliceSink) {
    this.#flat = new FlatTar(this.#kernel, onOutput);
    this.#input = new BlobInput(this.#kernel);
    this.#walk = new BlockWalk(this.#kernel, this.#input);
  }

  /** How the bytes so far were written to the stream. */
  get tally(): Readonly<SpliceTally> {
    return this.#flat.tally;
  }

  /** Bytes of the flat tar so far. */
  get position(): number {
    return this.#flat.position;
  }

  /** Adds bytes. */
  fresh(bytes: Uint8Array): void {
    this.#flat.make(bytes.length, (piece, done) => piece.set(bytes.subarray(done, done + piece.length)));
  }

  /** Adds NULs. */
  zeros(length: number): void {
    this.#flat.zeros(length);
  }

  /**
   * Adds a half-open range of a layer's tar. Throws a plain Error if the layer's bytes are not those for which its map
   * was made.
   */
  *copy(source: SpliceSource<Bytes>, start: number, end: number): SpliceWork<Bytes> {
    if (end === start) return;
    this.#flat.begin(source.tar, start, end);
    if (source.deflate === undefined) {
      yield* this.#flat.compressCopy(end - start, "recompressed");
      return;
    }
    const { map, blob } = source.deflate;
    const shift = this.#flat.position - start;
    if (end - start < LEAST_SPLICED) yield* this.#flat.compressCopy(end - start, "transcoded");
    else {
      const earlier = this.#earlier.tell(this.#kernel, blob, this.#flat.position);
      this.#kernel.beginCopy(start, shift, earlier);
      const parts = { kernel: this.#kernel, flat: this.#flat, input: this.#input, walk: this.#walk };
      yield* new CopiedRange(parts, { map, blob, start, end, size: source.size }).write();
    }
    this.#earlier.add({ source: blob, start, end, shift });
  }

  /** Ends the stream; add nothing after it. */
  finish(): void {
    this.#kernel.finish();
    this.#flat.drain();
  }
}
