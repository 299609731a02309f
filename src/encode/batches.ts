import type { Segment } from "../plan/merge-plan.ts";

/** Bytes of output that a batch makes at most. */
const BATCH_BYTES = 512 * 1024;

/** Copies in a batch at most, because each may cost a gap that is read and discarded. */
const BATCH_COPIES = 256;

/**
 * A copy or run of NULs this long becomes a batch of its own, so that its bytes need not be copied into a shared
 * buffer.
 */
const ALONE_BYTES = 128 * 1024;

/** NULs that are made at once, which takes some milliseconds. */
const ZEROS_BYTES = 16 * 1024 * 1024;

/** Adjacent segments whose bytes are made at once and come out as one chunk. */
export interface Batch {
  readonly segments: readonly Segment[];
  /** Bytes of output. */
  readonly size: number;
}

/** Groups segments into batches of at most 512 KiB; longer segments are cut, empty ones dropped. */
export function* batches(segments: Iterable<Segment>): Generator<Batch> {
  let group: Segment[] = [];
  let size = 0;
  let copies = 0;
  for (const segment of segments) {
    for (const piece of cut(segment, BATCH_BYTES)) {
      const length = segmentLength(piece);
      const alone = length >= ALONE_BYTES && piece.kind !== "fresh";
      if (size > 0 && (alone || size + length > BATCH_BYTES || copies === BATCH_COPIES)) {
        yield { segments: group, size };
        group = [];
        size = 0;
        copies = 0;
      }
      if (alone) {
        yield { segments: [piece], size: length };
        continue;
      }
      group.push(piece);
      size += length;
      if (piece.kind === "copy") copies += 1;
    }
  }
  if (size > 0) yield { segments: group, size };
}

/**
 * Cuts long runs of NULs, which the holes of sparse files become: they need no reading, so those who make them look up
 * between segments only.
 */
export function* withCutZeros(segments: Iterable<Segment>): Generator<Segment> {
  for (const segment of segments) {
    if (segment.kind === "zeros") yield* cut(segment, ZEROS_BYTES);
    else yield segment;
  }
}

/** Bytes of output that a segment makes. */
export function segmentLength(segment: Segment): number {
  switch (segment.kind) {
    case "copy":
      return segment.end - segment.start;
    case "fresh":
      return segment.bytes.length;
    case "zeros":
      return segment.length;
  }
}

function* cut(segment: Segment, most: number): Generator<Segment> {
  const length = segmentLength(segment);
  for (let from = 0; from < length; from += most) yield sliceSegment(segment, from, Math.min(from + most, length));
}

/** The bytes [from, to) of what a segment makes. */
export function sliceSegment(segment: Segment, from: number, to: number): Segment {
  switch (segment.kind) {
    case "copy":
      return { kind: "copy", layer: segment.layer, start: segment.start + from, end: segment.start + to };
    case "fresh":
      return { kind: "fresh", bytes: segment.bytes.subarray(from, to) };
    case "zeros":
      return { kind: "zeros", length: to - from };
  }
}
