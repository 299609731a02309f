import type { SpliceSource, SpliceTally, SpliceWork } from "../kernel/splice-source.ts";
import type { Segment } from "../plan/merge-plan.ts";
import { segmentLength } from "./batches.ts";
import { FlatSummer, type FlatSums } from "./flat-sums.ts";
import type { EncodeSource } from "./layer-encoder.ts";
import { SplicedStream } from "./spliced-stream.ts";

/** What is spliced. */
export interface SpliceInput {
  /** In output order. */
  readonly segments: Iterable<Segment>;
  /** By number; undefined for one from which no byte is copied. */
  readonly layers: readonly (EncodeSource | undefined)[];
}

/** The two parts of the work. Neither needs the other, so two threads can do them at the same time. */
export const SPLICE_PARTS = ["stream", "sums"] as const;

export type SplicePart = (typeof SPLICE_PARTS)[number];

/** The results of the parts that were done. */
export interface SplicedParts {
  /** How the tar's bytes came into the stream. */
  readonly tally?: SpliceTally;
  readonly sums?: FlatSums;
}

/** The results of all parts. */
export type Spliced = Required<SplicedParts>;

/** Puts the results of parts together. */
export function together(results: readonly (SplicedParts | undefined)[]): Spliced {
  const tally = results.find((each) => each?.tally)?.tally;
  const sums = results.find((each) => each?.sums)?.sums;
  if (tally === undefined || sums === undefined) throw new Error("a part of the spliced layer is missing");
  return { tally, sums };
}

/** Does some parts of the work, segment by segment; the caller takes the stream's chunks as they are completed. */
export class SplicedLayer<Bytes> {
  readonly #stream: SplicedStream<Bytes> | undefined;
  readonly #summer: FlatSummer<Bytes> | undefined;

  constructor(sources: readonly (SpliceSource<Bytes> | undefined)[], parts: readonly SplicePart[] = SPLICE_PARTS) {
    if (parts.includes("stream")) this.#stream = new SplicedStream(sources);
    if (parts.includes("sums")) this.#summer = new FlatSummer(sources.map((source) => source?.tar));
  }

  /** Adds a segment of the plan. */
  *add(segment: Segment): SpliceWork<Bytes> {
    if (segmentLength(segment) === 0) return;
    if (this.#stream !== undefined) yield* this.#stream.add(segment);
    if (this.#summer !== undefined) yield* this.#summer.add(segment);
  }

  /** Removes and returns the complete chunks of the stream, each in a buffer of its own. */
  take(): Uint8Array<ArrayBuffer>[] {
    return this.#stream?.take() ?? [];
  }

  /** Bytes of the tar that are done, counted for each part. */
  get tarBytes(): number {
    return (this.#stream?.tarBytes ?? 0) + (this.#summer?.tarBytes ?? 0);
  }

  /** Ends the parts; take the last chunks afterwards. */
  finish(): SplicedParts {
    return {
      ...(this.#stream && { tally: this.#stream.finish() }),
      ...(this.#summer && { sums: this.#summer.finish() }),
    };
  }
}
