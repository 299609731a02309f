import { createHash } from "node:crypto";
import { CrcRoom } from "../kernel/crc-room.ts";
import type { SpliceWork } from "../kernel/splice-source.ts";
import { type DiffId, hashDigest } from "../oci/digest.ts";
import type { Segment } from "../plan/merge-plan.ts";
import { segmentLength, sliceSegment } from "./batches.ts";
import { sourceOf } from "./source-of.ts";

/** What is computed from the bytes of a flat tar. */
export interface FlatSums {
  readonly diffId: DiffId;
  /** Number of bytes. */
  readonly size: number;
  /** CRC-32, as in the trailer of a gzip member. */
  readonly crc: number;
}

/** Computes the sums of a flat tar, segment by segment; `tars` has one for each layer that is copied from. */
export class FlatSummer<Bytes> {
  readonly #tars: readonly (Bytes | undefined)[];
  readonly #room = new CrcRoom();
  readonly #hash = createHash("sha256");
  #filled = 0;
  #crc = 0;
  #tarBytes = 0;

  constructor(tars: readonly (Bytes | undefined)[]) {
    this.#tars = tars;
  }

  /** Bytes of the flat tar so far. */
  get tarBytes(): number {
    return this.#tarBytes;
  }

  /** Adds a segment of the plan. */
  *add(segment: Segment): SpliceWork<Bytes> {
    const { bytes } = this.#room;
    const length = segmentLength(segment);
    for (let done = 0; done < length; ) {
      const piece = Math.min(length - done, bytes.length - this.#filled);
      yield* this.#fill(sliceSegment(segment, done, done + piece), bytes.subarray(this.#filled, this.#filled + piece));
      done += piece;
      this.#filled += piece;
      this.#tarBytes += piece;
      if (this.#filled === bytes.length) this.#empty();
    }
  }

  finish(): FlatSums {
    this.#empty();
    return { diffId: hashDigest(this.#hash), size: this.#tarBytes, crc: this.#crc };
  }

  *#fill(segment: Segment, into: Uint8Array): SpliceWork<Bytes> {
    if (segment.kind === "fresh") into.set(segment.bytes);
    else if (segment.kind === "zeros") into.fill(0);
    else yield { bytes: sourceOf(this.#tars, segment.layer), start: segment.start, end: segment.end, into };
  }

  #empty(): void {
    const filled = this.#room.bytes.subarray(0, this.#filled);
    this.#hash.update(filled);
    this.#crc = this.#room.crc(filled, this.#crc);
    this.#filled = 0;
  }
}
