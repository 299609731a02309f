import { extname } from "node:path";
import type { FilePlace, SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import { keepKernel } from "../kernel/kernel-module.ts";
import type { SpliceSource } from "../kernel/splice-source.ts";
import type { Segment } from "../plan/merge-plan.ts";
import type { Parcel } from "../workers/work.ts";
import type { EncodeSource } from "./layer-encoder.ts";
import { sharedItems } from "./shared-items.ts";
import {
  SPLICE_PARTS,
  type Spliced,
  type SplicedParts,
  type SpliceInput,
  type SplicePart,
  together,
} from "./spliced-layer.ts";
import type { SpliceItem, SpliceRequest } from "./worker.ts";

/** The same extension as this module's: `.ts` where Node strips types, `.js` when built. */
const WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** A parcel to a thread is sent once it has so many segments, or so many bytes of fresh ones. */
const PARCEL_SEGMENTS = 512;
const PARCEL_BYTES = 256 * 1024;

/**
 * Splices in one thread and computes the sums in another, or both in the only one. They read the files themselves; the
 * plan's segments are sent there as they are made. Every layer must be in files. Several layers may be spliced at once:
 * the pool starts work in the order in which it is given, so none waits for a thread that has half of a later one.
 */
export async function* spliceInThreads(
  { segments, layers }: SpliceInput,
  { workers, signal }: Context,
  advance: (bytes: number) => void,
): AsyncGenerator<Uint8Array, Spliced> {
  keepKernel("splice");
  const abandoned = new AbortController();
  const apart = workers.size > 1;
  const inputs = sharedItems(parcels(segments), apart ? 2 : 1);
  const sources = layers.map((layer) => layer && spliceSource(layer));
  const start = (parts: readonly SplicePart[], input: (typeof inputs)[number] | undefined) =>
    workers.run<SpliceRequest, SplicedParts, readonly Segment[], SpliceItem>({
      module: WORKER,
      request: { value: { sources, parts } },
      input,
      signal: AbortSignal.any([signal, abandoned.signal]),
    });
  const stream = start(apart ? ["stream"] : SPLICE_PARTS, inputs[0]);
  const sums = apart ? start(["sums"], inputs[1]) : undefined;
  const followed = sums && follow(sums.output, advance);
  // One part without the other is of no use.
  followed?.catch((error: unknown) => abandoned.abort(error));
  try {
    for await (const { chunk, tarBytes } of stream.output) {
      advance(tarBytes);
      if (chunk !== undefined) yield chunk;
    }
    await followed;
  } catch (error) {
    // If a file was changed, that explains any other error.
    await checkUnchanged(layers);
    throw error;
  } finally {
    abandoned.abort(new Error("nobody takes the layer any more"));
    await Promise.allSettled([followed]);
  }
  await checkUnchanged(layers);
  return together(await Promise.all([stream.result, sums?.result]));
}

async function follow(items: AsyncIterable<SpliceItem>, advance: (bytes: number) => void): Promise<void> {
  for await (const { tarBytes } of items) advance(tarBytes);
}

function spliceSource({ tar, size, deflate }: EncodeSource): SpliceSource<FilePlace> {
  return {
    tar: placeOf(tar),
    size,
    deflate: deflate && { map: deflate.map, blob: placeOf(deflate.blob) },
  };
}

function placeOf({ file }: SeekableBytes): FilePlace {
  if (file === undefined) throw new Error("the bytes of a layer lie in no file");
  return file;
}

function* parcels(segments: Iterable<Segment>): Generator<Parcel<readonly Segment[]>> {
  let parcel: Segment[] = [];
  let bytes = 0;
  for (const segment of segments) {
    parcel.push(segment);
    if (segment.kind === "fresh") bytes += segment.bytes.length;
    if (parcel.length < PARCEL_SEGMENTS && bytes < PARCEL_BYTES) continue;
    yield { value: parcel };
    parcel = [];
    bytes = 0;
  }
  yield { value: parcel };
}

/**
 * Checks that no file has changed since it was opened: `read`, even of no bytes, compares size and time. The threads,
 * which have only file descriptors, do not.
 */
async function checkUnchanged(layers: SpliceInput["layers"]): Promise<void> {
  const files = new Set(layers.flatMap((layer) => [layer?.tar, layer?.deflate?.blob]));
  for (const file of files) await file?.read({ start: 0, end: 0 });
}
