import { BLOCK_SIZE, paddedSize } from "../tar/block.ts";
import type { Entry } from "../tar/entry.ts";
import { encodeHeader, headerSize } from "../tar/header-encode.ts";
import type { FlatEntry, Segment } from "./merge-plan.ts";

/** R5.10: two blocks of NULs end the tar. */
export const TRAILER_SIZE = 2 * BLOCK_SIZE;

/**
 * The flat tar as instructions, trailer included; headers are made during iteration. No segment is empty, and copies
 * that adjoin in a layer are joined.
 */
export function* segmentsOf(entries: Iterable<FlatEntry>): Generator<Segment, void> {
  let last: Segment | undefined;
  for (const piece of pieces(entries)) {
    const joined = last && join(last, piece);
    if (joined === undefined && last !== undefined) yield last;
    last = joined ?? piece;
  }
  if (last !== undefined) yield last;
}

/** Bytes that an entry takes in the flat tar. */
export function flatSize({ source, kept, fields }: FlatEntry): number {
  if (kept && source !== undefined) return source.span.end - source.span.start;
  return headerSize(fields) + paddedSize(fields.size);
}

/** How many of these bytes are copied from the entry's layer. */
export function copiedBytes({ source, kept, fields }: FlatEntry): number {
  if (source === undefined || (!kept && fields.size === 0)) return 0;
  const { span, body, size, sparse, keepable } = source;
  if (kept) return span.end - span.start;
  if (sparse !== undefined) return sparse.reduce((sum, { length }) => sum + length, 0);
  return keepable ? span.end - body.start : size;
}

function join(a: Segment, b: Segment): Segment | undefined {
  if (a.kind === "copy" && b.kind === "copy" && a.layer === b.layer && a.end === b.start) return { ...a, end: b.end };
  if (a.kind === "zeros" && b.kind === "zeros") return { kind: "zeros", length: a.length + b.length };
  return undefined;
}

function* pieces(entries: Iterable<FlatEntry>): Generator<Segment, void> {
  for (const { layer, source, kept, fields } of entries) {
    if (kept && source !== undefined) {
      yield copy(layer, source.span.start, source.span.end);
      continue;
    }
    yield { kind: "fresh", bytes: encodeHeader(fields) };
    if (source !== undefined && fields.size > 0) yield* content(layer, source);
  }
  yield { kind: "zeros", length: TRAILER_SIZE };
}

/** Content and padding. Padding that is known to be NUL is copied, too, so that the run of copies goes on. */
function* content(layer: number, { body, span, size, sparse, keepable }: Entry): Generator<Segment, void> {
  if (sparse === undefined && keepable) {
    yield copy(layer, body.start, span.end);
    return;
  }
  const stretches = sparse ?? [{ offset: 0, length: size, start: body.start }];
  let at = 0;
  for (const { offset, length, start } of stretches) {
    if (offset > at) yield { kind: "zeros", length: offset - at };
    if (length > 0) yield copy(layer, start, start + length);
    at = Math.max(at, offset + length);
  }
  const rest = paddedSize(size) - at;
  if (rest > 0) yield { kind: "zeros", length: rest };
}

function copy(layer: number, start: number, end: number): Segment {
  return { kind: "copy", layer, start, end };
}
