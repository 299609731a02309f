import pLimit, { type LimitFunction } from "p-limit";
import { countOf } from "./amount.ts";
import type { ByteStream } from "./bytes/byte-stream.ts";
import { tapped } from "./bytes/tapped.ts";
import type { Context } from "./context.ts";
import type { CopiedBlob } from "./copy-result.ts";
import { recompressBlob } from "./encode/recompress-blob.ts";
import { inLayer } from "./errors.ts";
import { unsupported } from "./image/check-layers.ts";
import type { Image } from "./image/image.ts";
import type { CopyPlan, LayerCopy } from "./image/plan-copy.ts";
import { hasBlob } from "./image/read-document.ts";
import type { DiffId } from "./oci/digest.ts";
import { isForeignLayer, layerMediaType } from "./oci/media-type.ts";
import { formatPlatform } from "./oci/platform.ts";
import { type StageProgress, startStage } from "./progress/stage-progress.ts";
import { accounted, createScanBudget, type ScanBudget } from "./scan/scan-budget.ts";
import type { Destination, Source } from "./transport/contracts.ts";

/** As many as skopeo and podman copy at a time: enough to use the bandwidth without overloading a registry. */
const LAYERS_AT_ONCE = 6;

/** A limit on how many layers are copied to a destination at the same time: one, if it takes them in order. */
export function limitFor({ accepts }: Pick<Destination, "accepts">, atOnce: number = LAYERS_AT_ONCE): LimitFunction {
  return pLimit(accepts.parallel ? atOnce : 1);
}

/** Where layers are copied from and to. */
export interface CopyEnds<From = Pick<Source, "readBlob">> {
  readonly from: From;
  readonly to: Destination;
  /** For what is copied at the same time, of all images of a run; see {@link limitFor}. */
  readonly limit: LimitFunction;
  /** Writes the config, which is known before the layers are copied, together with them; after them in archives. */
  readonly writeConfig?: (() => Promise<void>) | undefined;
  /** Layers that were already written for other images of the index; this copy adds its own. */
  readonly done: Map<string, Promise<CopiedBlob>>;
}

/**
 * Copies all layers of an image, in parallel if the destination allows it, each distinct blob once for all images of a
 * run. Throws the first failure, after all other copies have stopped.
 * @throws what the source, the destination and {@link recompressBlob} throw
 */
export async function copyLayers(
  image: Image,
  plan: CopyPlan,
  ends: CopyEnds,
  context: Context,
): Promise<CopiedBlob[]> {
  const stop = new AbortController();
  const total = plan.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const label = countOf(plan.layers.length, "layer", "layers");
  const platform = formatPlatform(image.platform);
  const stage = startStage((event) => context.report(event), { stage: "write", label, platform, total });
  const job: Job = {
    ...ends,
    image,
    plan,
    stage,
    budget: createScanBudget(context.limits),
    context: { ...context, signal: AbortSignal.any([context.signal, stop.signal]) },
  };
  const { limit } = ends;
  const copies = plan.layers.map((layer) => once(layer, job, limit));
  const writes = ends.writeConfig === undefined ? copies : [...copies, limit(ends.writeConfig)];
  for (const written of writes) written.catch((error: unknown) => stop.abort(error));
  await Promise.allSettled(writes);
  if (stop.signal.aborted) throw stop.signal.reason;
  stage.finish();
  return Promise.all(copies);
}

interface Job extends CopyEnds {
  readonly image: Image;
  readonly plan: CopyPlan;
  readonly stage: StageProgress;
  readonly budget: ScanBudget;
  readonly context: Context;
}

function once(layer: LayerCopy, job: Job, limit: LimitFunction): Promise<CopiedBlob> {
  const { descriptor, compression = "", number, mediaType } = layer;
  const key = [descriptor.digest, mediaType, compression, number === undefined ? "" : diffIdOf(job, number)].join(" ");
  const known = job.done.get(key);
  if (known !== undefined) job.stage.advance(descriptor.size);
  const copied =
    known ?? limit(() => (number === undefined ? copyLayer(layer, job) : inLayer(number, () => copyLayer(layer, job))));
  job.done.set(key, copied);
  return copied;
}

async function copyLayer(layer: LayerCopy, job: Job): Promise<CopiedBlob> {
  const { descriptor, compression, number, mediaType } = layer;
  const { from, to, stage, context } = job;
  context.signal.throwIfAborted();
  if (isForeignLayer(descriptor.mediaType) && !(await hasBlob(from, descriptor))) return leaveElsewhere(layer, job);
  if (compression !== undefined && number !== undefined) return recompressLayer(layer, { ...job, number, compression });
  const kept = { ...descriptor, mediaType };
  if (await to.hasBlob(descriptor)) {
    stage.advance(descriptor.size);
    return { descriptor: kept, method: "present" };
  }
  await to.writeBlob(
    descriptor,
    watched(() => from.readBlob(descriptor), job),
  );
  return { descriptor: kept, method: "copied" };
}

/**
 * A layer whose licence forbids distribution is stored where its descriptor's urls say; destinations that store
 * descriptors do not need the blob.
 */
function leaveElsewhere({ descriptor, number, mediaType }: LayerCopy, { to, stage }: Job): CopiedBlob {
  if (!to.accepts.index) {
    throw unsupported(`layer ${number} is foreign: it is stored elsewhere, and the source does not hold it`, {
      ...(number !== undefined && { layer: number }),
      digest: descriptor.digest,
      hint: "a registry or an OCI layout can name it without holding it",
    });
  }
  stage.advance(descriptor.size);
  return { descriptor: { ...descriptor, mediaType }, method: "elsewhere" };
}

interface RecompressJob extends Job {
  readonly number: number;
  readonly compression: Exclude<LayerCopy["compression"], undefined>;
}

async function recompressLayer({ descriptor }: LayerCopy, job: RecompressJob): Promise<CopiedBlob> {
  const { from, to, plan, budget, context, number, compression } = job;
  const spent = { bytes: 0, entries: 0, attributes: 0 };
  const input = {
    layer: number,
    diffId: diffIdOf(job, number),
    budget: accounted(budget, spent),
    open: watched(() => from.readBlob(descriptor), job),
  };
  const { digest, size } = await to.writeLayer(() => {
    // After a failed upload the layer is made again, and its bytes count once.
    budget.spendBytes(-spent.bytes, number);
    spent.bytes = 0;
    return recompressBlob(input, compression, context);
  });
  return { descriptor: { mediaType: layerMediaType(plan.family, compression), digest, size }, method: "recompressed" };
}

function diffIdOf({ image }: Pick<Job, "image">, number: number): DiffId {
  const layer = image.layers[number];
  if (layer === undefined) throw new Error(`the image has no layer ${number}`);
  return layer.diffId;
}

/** Counts a blob's bytes as they are read; if it is opened again after a failure, counting starts over. */
function watched(open: () => ByteStream, { stage, context }: Pick<Job, "stage" | "context">): () => ByteStream {
  let seen = 0;
  return () => {
    stage.advance(-seen);
    seen = 0;
    return tapped(open(), (chunk) => {
      context.signal.throwIfAborted();
      seen += chunk.length;
      stage.advance(chunk.length);
    });
  };
}
