import { extname } from "node:path";
import type { FilePlace, SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { SpliceSource } from "../kernel/splice-source.ts";
import type { Segment } from "../plan/merge-plan.ts";
import type { Parcel } from "../workers/work.ts";
import type { EncodeWatch } from "./encode-layer.ts";
import type { EncodeInput, EncodeSource } from "./layer-encoder.ts";
import type { SplicedLayer } from "./spliced-member.ts";
import type { SpliceItem, SpliceRequest } from "./worker.ts";

/** The same extension as this module's: `.ts` where Node strips types, `.js` when built. */
const WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** A parcel to the thread is sent once it has so many segments, or so many bytes of fresh ones. */
const PARCEL_SEGMENTS = 512;
const PARCEL_BYTES = 256 * 1024;

/**
 * Splices in a thread, which reads the files itself; the plan's segments are sent there as they are made. Every layer
 * must be in files.
 */
export async function* spliceInThread(
  { plan, layers }: EncodeInput,
  { workers, signal }: Context,
  watch: EncodeWatch,
): AsyncGenerator<Uint8Array> {
  const request: SpliceRequest = { sources: layers.map(sourceOf), size: plan.size };
  const { output, result } = workers.run<SpliceRequest, SplicedLayer, readonly Segment[], SpliceItem>({
    module: WORKER,
    request: { value: request },
    input: parcels(plan.segments),
    signal,
  });
  try {
    for await (const { chunk, tarBytes } of output) {
      watch.advance(tarBytes);
      yield chunk;
    }
  } catch (error) {
    // If a file was changed, that explains any other error.
    await checkUnchanged(layers);
    throw error;
  }
  await checkUnchanged(layers);
  watch.finish(await result);
}

function sourceOf({ tar, size, deflate, unread }: EncodeSource): SpliceSource<FilePlace> | undefined {
  if (unread) return undefined;
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

async function* parcels(segments: Iterable<Segment>): AsyncGenerator<Parcel<readonly Segment[]>> {
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
 * Checks that no file has changed since it was opened: `read`, even of no bytes, compares size and time. The thread,
 * which has only file descriptors, does not.
 */
async function checkUnchanged(layers: readonly EncodeSource[]): Promise<void> {
  const files = new Set(
    layers
      .filter(({ unread }) => !unread)
      .flatMap(({ tar, deflate }) => (deflate === undefined ? [tar] : [tar, deflate.blob])),
  );
  for (const file of files) await file.read({ start: 0, end: 0 });
}
