import { createHash } from "node:crypto";
import { inOrder } from "../bytes/in-order.ts";
import { release } from "../bytes/release.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import { hashDigest } from "../oci/digest.ts";
import { readBatch } from "./batch-reads.ts";
import { copied } from "./copied.ts";
import { type EncodeWatch, encodeLayer } from "./encode-layer.ts";
import { type FrameJob, frameJobs } from "./frame-jobs.ts";
import type { EncodeInput, EncodeSource, LayerEncoder } from "./layer-encoder.ts";
import { sourceOf } from "./source-of.ts";
import { compressFrame, frameBytes } from "./zstd.ts";

/**
 * Writes zstd and copies the frames of zstd layers that survive completely, as most do in zstd:chunked, which has about
 * one frame per file; the rest is recompressed, in parallel, into frames of a fixed size. Equal bytes for any
 * concurrency, within one version of the zstd that Node carries.
 */
export function copyFramesEncoder(level: number): LayerEncoder {
  return {
    compression: "zstd",
    copies: "zstd",
    encode: (input, context) =>
      encodeLayer(input, context, { compression: "zstd", write: (watch) => write(input, context, { level, watch }) }),
  };
}

interface Write {
  readonly level: number;
  readonly watch: EncodeWatch;
}

/** The result of a job: bytes of the flat tar, and bytes of the layer. */
interface JobResult {
  readonly kind: FrameJob["kind"];
  readonly tar?: Uint8Array;
  readonly blob?: Uint8Array;
}

async function* write(input: EncodeInput, context: Context, { level, watch }: Write): AsyncGenerator<Uint8Array> {
  const { plan, layers } = input;
  const { concurrency: ahead, signal } = context;
  // Frames are made on Node's own thread pool.
  await context.workers.rest();
  const hash = createHash("sha256");
  const tally = { spliced: 0, recompressed: 0 };
  const jobs = frameJobs(plan.segments, layers, frameBytes(level));
  for await (const { kind, tar, blob } of inOrder(jobs, (job) => perform(job, layers, level), { ahead, signal })) {
    if (tar !== undefined) {
      hash.update(tar);
      watch.advance(tar.length);
      tally[kind === "read" ? "spliced" : "recompressed"] += tar.length;
      release(tar);
    }
    if (blob !== undefined) yield blob;
  }
  signal.throwIfAborted();
  const done = tally.spliced + tally.recompressed;
  if (done !== plan.size) throw new Error(`the plan's segments make ${done} bytes, not ${plan.size}`);
  // An empty tar gives one empty frame: a blob without bytes is not valid zstd.
  if (done === 0) yield await compressFrame(new Uint8Array(0), level);
  watch.finish({ diffId: hashDigest(hash), copied: copied(tally) });
}

async function perform(job: FrameJob, layers: readonly EncodeSource[], level: number): Promise<JobResult> {
  const { kind } = job;
  if (kind === "read") return { kind, tar: await sourceOf(layers, job.layer).tar.read(job.range) };
  if (kind === "copy") return { kind, blob: await blobOf(layers, job.layer).read(job.range) };
  const tar = await readBatch(job.batch, layers);
  return { kind, tar, blob: await compressFrame(tar, level) };
}

function blobOf(layers: readonly EncodeSource[], layer: number): SeekableBytes {
  const { zstd } = sourceOf(layers, layer);
  if (zstd === undefined) throw new Error(`the frames of layer ${layer} are not known`);
  return zstd.blob;
}
