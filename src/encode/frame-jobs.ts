import type { ByteRange } from "../bytes/byte-stream.ts";
import { firstFrom } from "../bytes/first-from.ts";
import { ROW_BYTES, type ZstdMap } from "../compression/zstd-map.ts";
import type { Segment } from "../plan/merge-plan.ts";
import { type Batch, segmentLength, sliceSegment } from "./batches.ts";
import type { EncodeSource } from "./layer-encoder.ts";

/**
 * A step in making a zstd layer: compress part of the tar as a new frame; read part of the tar whose frames are copied
 * (for the diffID); copy bytes of a blob.
 */
export type FrameJob =
  | { readonly kind: "compress"; readonly batch: Batch }
  | { readonly kind: "read"; readonly layer: number; readonly range: ByteRange }
  | { readonly kind: "copy"; readonly layer: number; readonly range: ByteRange };

/**
 * Runs of frames that make fewer bytes than this are recompressed together with what is around them: that costs next to
 * nothing, and short frames compress badly. The map says nothing of shorter ones.
 */
const LEAST_RUN = ROW_BYTES;

/** Bytes that are read at once. */
const READ_BYTES = 1024 * 1024;

/**
 * Cuts a plan into jobs. Frames of zstd layers that are completely inside a copied range are copied; everything else
 * goes into new frames of `frameBytes`, shorter only before copied frames and at the end. Depends only on the plan and
 * the maps.
 */
export function* frameJobs(
  segments: Iterable<Segment>,
  layers: readonly Pick<EncodeSource, "size" | "zstd">[],
  frameBytes: number,
): Generator<FrameJob> {
  const pending = new PendingFrame(frameBytes);
  for (const segment of segments) {
    for (const piece of pieces(segment, layers)) {
      if ("run" in piece) {
        yield* pending.end();
        yield* copyRun(piece);
      } else {
        yield* pending.add(piece.segment);
      }
    }
  }
  yield* pending.end();
}

/** Whole frames of a layer that follow each other in the blob and in the tar. */
interface Run {
  readonly layer: number;
  /** In bytes of the tar. */
  readonly run: ByteRange;
  /** In bytes of the blob. */
  readonly blob: ByteRange;
}

type Piece = Run | { readonly segment: Segment };

function* pieces(segment: Segment, layers: readonly Pick<EncodeSource, "size" | "zstd">[]): Generator<Piece> {
  const source = segment.kind === "copy" ? layers[segment.layer] : undefined;
  if (segment.kind !== "copy" || source?.zstd === undefined) {
    yield { segment };
    return;
  }
  const { layer, start, end } = segment;
  let done = start;
  for (const { run, blob } of runsIn(source.zstd.map, source.size, segment)) {
    if (run.end - run.start < LEAST_RUN || blob.end === blob.start) continue;
    if (run.start > done) yield { segment: { kind: "copy", layer, start: done, end: run.start } };
    yield { layer, run, blob };
    done = run.end;
  }
  if (end > done) yield { segment: { kind: "copy", layer, start: done, end } };
}

/** The rows that are completely inside a range of the tar, joined where they adjoin in the blob. */
function* runsIn(map: ZstdMap, size: number, range: ByteRange): Generator<Omit<Run, "layer">> {
  let joined: Omit<Run, "layer"> | undefined;
  for (let row = firstFrom(map.outStart, range.start); row < map.length; row += 1) {
    const run = { start: map.outStart[row] ?? 0, end: map.outStart[row + 1] ?? size };
    if (run.end > range.end) break;
    const blob = { start: map.blobStart[row] ?? 0, end: map.blobEnd[row] ?? 0 };
    if (joined?.blob.end === blob.start) {
      joined = { run: { start: joined.run.start, end: run.end }, blob: { start: joined.blob.start, end: blob.end } };
      continue;
    }
    if (joined !== undefined) yield joined;
    joined = { run, blob };
  }
  if (joined !== undefined) yield joined;
}

function* copyRun({ layer, run, blob }: Run): Generator<FrameJob> {
  for (const range of cutRange(run)) yield { kind: "read", layer, range };
  for (const range of cutRange(blob)) yield { kind: "copy", layer, range };
}

function* cutRange({ start, end }: ByteRange): Generator<ByteRange> {
  for (let from = start; from < end; from += READ_BYTES) yield { start: from, end: Math.min(from + READ_BYTES, end) };
}

/** Gathers segments until they fill a frame. */
class PendingFrame {
  readonly #frameBytes: number;
  #segments: Segment[] = [];
  #size = 0;

  constructor(frameBytes: number) {
    this.#frameBytes = frameBytes;
  }

  *add(segment: Segment): Generator<FrameJob> {
    const length = segmentLength(segment);
    for (let from = 0; from < length; ) {
      const to = Math.min(length, from + this.#frameBytes - this.#size);
      this.#segments.push(sliceSegment(segment, from, to));
      this.#size += to - from;
      from = to;
      if (this.#size === this.#frameBytes) yield* this.end();
    }
  }

  *end(): Generator<FrameJob> {
    if (this.#size > 0) yield { kind: "compress", batch: { segments: this.#segments, size: this.#size } };
    this.#segments = [];
    this.#size = 0;
  }
}
