import type { SpliceSource, SpliceTally, SpliceWork } from "../kernel/splice-source.ts";
import { Splicer } from "../kernel/splicer.ts";
import type { Segment } from "../plan/merge-plan.ts";
import { sourceOf } from "./source-of.ts";

/** A layer as one raw deflate stream, made segment by segment; the caller takes its chunks as they are completed. */
export class SplicedStream<Bytes> {
  readonly #sources: readonly (SpliceSource<Bytes> | undefined)[];
  readonly #splicer: Splicer<Bytes>;
  #chunks: Uint8Array<ArrayBuffer>[] = [];

  constructor(sources: readonly (SpliceSource<Bytes> | undefined)[]) {
    this.#sources = sources;
    this.#splicer = new Splicer((bytes) => {
      const chunk = Buffer.allocUnsafeSlow(bytes.length);
      chunk.set(bytes);
      this.#chunks.push(chunk);
    });
  }

  /** Bytes of the flat tar so far. */
  get tarBytes(): number {
    return this.#splicer.position;
  }

  /** Adds a segment of the plan. */
  *add(segment: Segment): SpliceWork<Bytes> {
    if (segment.kind === "fresh") this.#splicer.fresh(segment.bytes);
    else if (segment.kind === "zeros") this.#splicer.zeros(segment.length);
    else yield* this.#splicer.copy(sourceOf(this.#sources, segment.layer), segment.start, segment.end);
  }

  /** Removes and returns the complete chunks of the stream, each in a buffer of its own. */
  take(): Uint8Array<ArrayBuffer>[] {
    const chunks = this.#chunks;
    if (chunks.length > 0) this.#chunks = [];
    return chunks;
  }

  /** Ends the stream, and returns how the tar's bytes came into it; take the last chunks afterwards. */
  finish(): SpliceTally {
    this.#splicer.finish();
    return this.#splicer.tally;
  }
}
