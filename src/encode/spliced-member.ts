import { createHash } from "node:crypto";
import type { SpliceSource, SpliceWork } from "../kernel/splice-source.ts";
import { Splicer } from "../kernel/splicer.ts";
import { hashDigest } from "../oci/digest.ts";
import type { Segment } from "../plan/merge-plan.ts";
import type { EncodedLayer } from "../transport/contracts.ts";
import { copied } from "./copied.ts";
import { GzipFrame } from "./gzip-frame.ts";

/** What is known about a spliced layer when it is complete. */
export type SplicedLayer = Pick<EncodedLayer, "diffId" | "copied">;

/** A layer as one gzip member, made segment by segment; the caller takes its chunks as they are completed. */
export class SplicedMember<Bytes> {
  readonly #sources: readonly (SpliceSource<Bytes> | undefined)[];
  readonly #hash = createHash("sha256");
  readonly #frame = new GzipFrame((bytes, crc) => this.#splicer.crc(bytes, crc));
  readonly #splicer: Splicer<Bytes>;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #tarBytes = 0;

  constructor(sources: readonly (SpliceSource<Bytes> | undefined)[]) {
    this.#sources = sources;
    this.#keep(this.#frame.header());
    this.#splicer = new Splicer({
      onTar: (bytes) => {
        this.#hash.update(bytes);
        this.#frame.update(bytes);
        this.#tarBytes += bytes.length;
      },
      onOutput: (bytes) => this.#keep(bytes),
    });
  }

  /** Bytes of the flat tar so far. */
  get tarBytes(): number {
    return this.#tarBytes;
  }

  /** Adds a segment of the plan. */
  *add(segment: Segment): SpliceWork<Bytes> {
    if (segment.kind === "fresh") this.#splicer.fresh(segment.bytes);
    else if (segment.kind === "zeros") this.#splicer.zeros(segment.length);
    else yield* this.#splicer.copy(this.#source(segment.layer), segment.start, segment.end);
  }

  /** Removes and returns the complete chunks of the blob, each in a buffer of its own. */
  take(): Uint8Array<ArrayBuffer>[] {
    const chunks = this.#chunks;
    if (chunks.length > 0) this.#chunks = [];
    return chunks;
  }

  /**
   * Ends the member; take the last chunks afterwards. Throws a plain Error if the segments did not make `size` bytes.
   */
  finish(size: number): SplicedLayer {
    if (this.#tarBytes !== size) throw new Error(`the plan's segments make ${this.#tarBytes} bytes, not ${size}`);
    this.#splicer.finish();
    this.#keep(this.#frame.trailer());
    return { diffId: hashDigest(this.#hash), copied: copied(this.#splicer.tally) };
  }

  #source(layer: number): SpliceSource<Bytes> {
    const source = this.#sources[layer];
    if (source === undefined) {
      throw new Error(`the plan copies from layer ${layer}, which is none of ${this.#sources.length}, or unread`);
    }
    return source;
  }

  #keep(bytes: Uint8Array): void {
    const chunk = Buffer.allocUnsafeSlow(bytes.length);
    chunk.set(bytes);
    this.#chunks.push(chunk);
  }
}
