import { release } from "../bytes/release.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import { type Batch, segmentLength } from "./batches.ts";
import type { EncodeSource } from "./layer-encoder.ts";
import { sourceOf } from "./source-of.ts";

/** Copies of one layer at most this far apart are read at once: reading the gap costs less than another system call. */
const GAP_BYTES = 32 * 1024;

/** The most that one read spans, since a zstd frame may have thousands of copies, and their gaps add up to 100 MiB. */
const SPAN_BYTES = 2 * 1024 * 1024;

/** One read: a stretch of a layer, and where in the batch its parts belong. */
interface Read {
  readonly layer: number;
  start: number;
  end: number;
  readonly parts: Part[];
}

interface Part {
  /** In bytes of the layer's tar. */
  readonly start: number;
  readonly end: number;
  /** In bytes of the batch. */
  readonly at: number;
}

/**
 * Makes the bytes of a batch with as few reads as its copies allow, in a buffer that the caller owns. For a batch of
 * one copy that is the buffer that was read: nothing is copied in memory.
 */
export async function readBatch(batch: Batch, layers: readonly Pick<EncodeSource, "tar">[]): Promise<Uint8Array> {
  const [only, second] = batch.segments;
  if (only?.kind === "copy" && second === undefined) return sourceOf(layers, only.layer).tar.read(only);
  const bytes = Buffer.allocUnsafeSlow(batch.size);
  const reads = layOut(batch, bytes);
  // One after another, so that a batch holds only one read besides its own bytes; other batches are read meanwhile.
  for (const read of reads) await fill(bytes, read, sourceOf(layers, read.layer).tar);
  return bytes;
}

/** Writes what needs no reading, and returns what must be read. */
function layOut(batch: Batch, bytes: Uint8Array): readonly Read[] {
  const parts = new Map<number, Part[]>();
  let at = 0;
  for (const segment of batch.segments) {
    if (segment.kind === "fresh") bytes.set(segment.bytes, at);
    else if (segment.kind === "zeros") bytes.fill(0, at, at + segment.length);
    else {
      const ofLayer = parts.get(segment.layer) ?? [];
      ofLayer.push({ start: segment.start, end: segment.end, at });
      parts.set(segment.layer, ofLayer);
    }
    at += segmentLength(segment);
  }
  return [...parts].flatMap(([layer, ofLayer]) => joinParts(layer, ofLayer));
}

function joinParts(layer: number, parts: Part[]): Read[] {
  const reads: Read[] = [];
  for (const part of parts.sort((a, b) => a.start - b.start)) {
    const last = reads.at(-1);
    const end = Math.max(last?.end ?? 0, part.end);
    if (last !== undefined && part.start - last.end <= GAP_BYTES && end - last.start <= SPAN_BYTES) {
      last.end = end;
      last.parts.push(part);
    } else {
      reads.push({ layer, start: part.start, end: part.end, parts: [part] });
    }
  }
  return reads;
}

async function fill(bytes: Uint8Array, read: Read, tar: SeekableBytes): Promise<void> {
  const found = await tar.read(read);
  for (const { start, end, at } of read.parts) {
    bytes.set(found.subarray(start - read.start, end - read.start), at);
  }
  release(found);
}
