import { inOrder } from "./bytes/in-order.ts";
import type { Context } from "./context.ts";
import { copied } from "./encode/copied.ts";
import type { LayerEncoder } from "./encode/layer-encoder.ts";
import { inStage } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { describeLayers, type FlatLayers, type WrittenLayer } from "./flatten-result.ts";
import type { Image } from "./image/image.ts";
import { layerDescriptor } from "./image/rewrite-manifest.ts";
import type { Family } from "./oci/media-type.ts";
import { formatPlatform } from "./oci/platform.ts";
import type { MergePlan } from "./plan/merge-plan.ts";
import type { Partition } from "./plan/partition.ts";
import { type PlannedLayer, planStack } from "./plan/plan-stack.ts";
import { planStage } from "./progress/plan-stage.ts";
import { planOptions } from "./run.ts";
import type { ScanImageOptions } from "./scan/each-layer.ts";
import type { ScanKeep } from "./scan/kept-bytes.ts";
import type { LayerIndex } from "./scan/layer-index.ts";
import { readUnread } from "./scan/read-unread.ts";
import type { ScanAhead } from "./scan/scan-ahead.ts";
import { scanImage } from "./scan/scan-image.ts";
import type { Destination, EncodedLayer, Source } from "./transport/contracts.ts";
import { writeKeptLayers } from "./write-kept-layers.ts";

/** What flattening the layers of an image needs besides the layers. */
export interface LayersJob {
  readonly from: Source;
  readonly to: Destination;
  readonly options: FlattenOptions;
  readonly encoder: LayerEncoder;
  readonly family: Family;
  readonly context: Context;
  readonly ahead: ScanAhead;
}

/** scan → plan → encode, for one stack of layers. Nothing reads `context.scratch` after it. */
export async function flattenLayers(image: Image, partition: Partition, job: LayersJob): Promise<FlatLayers> {
  const { from, options, context } = job;
  const scanOptions = await inStage("scan", () => scanOptionsFor(image, partition, job));
  const layers = await inStage("scan", () => scanImage(image, scanOptions, context));
  const planned = await planStage({ image, layers }, context, () =>
    planStack(layers, partition, planOptions(options, from, context)),
  );
  const readable = await inStage("scan", () => readCopied({ image, planned, layers }, scanOptions, context));
  const written = await inStage("encode", () => writeStack({ image, planned, layers: readable }, job));
  return describeLayers({ layers, planned, written, scratchBytes: await context.scratch.bytes() });
}

/** About how many kept layers a destination is asked besides the one whose answer is waited for. */
const ASKED_AHEAD = 7;

/**
 * For layers that are kept the scan needs only the headers; it also keeps their blobs if they would otherwise have to
 * be fetched a second time.
 */
async function scanOptionsFor(image: Image, partition: Partition, job: LayersJob): Promise<ScanImageOptions> {
  const { from, to, encoder, options, ahead } = job;
  const squashed: ScanKeep = { tar: true, blobs: encoder.copies };
  const keeps: ScanKeep[] = image.layers.map(() => squashed);
  const kept = partition.flatMap((stretch) => (stretch.kind === "keep" ? [stretch.layer] : []));
  const ask = async (number: number): Promise<void> => {
    const layer = image.layers[number];
    if (layer === undefined) return;
    const fetched = !(await to.hasBlob(layer.descriptor));
    keeps[number] = { tar: false, blobs: fetched ? "any" : undefined };
  };
  for await (const _ of inOrder(kept, ask, { ahead: ASKED_AHEAD, signal: job.context.signal }));
  const keep = (layer: number): ScanKeep => keeps[layer] ?? squashed;
  return { source: from, lenientTar: options.lenientTar ?? false, keep, later: true, ahead };
}

/** A stack of layers and its plan. */
interface PlannedStack {
  readonly image: Image;
  readonly planned: readonly PlannedLayer[];
  readonly layers: readonly LayerIndex[];
}

/**
 * Reads the layers that the cache knew, but only those from which a plan copies bytes. Kept layers from which a range
 * takes files (R6.7) are scanned again, since their bytes were not kept.
 */
async function readCopied(
  { image, planned, layers }: PlannedStack,
  options: ScanImageOptions,
  context: Context,
): Promise<readonly LayerIndex[]> {
  const made = planned.filter((layer) => layer.kind === "made");
  const copied = [...layers.keys()].filter((layer) => made.some(({ plan }) => copiesFrom(plan, layer)));
  const below = copied.filter((layer) => made.some(({ plan, first }) => layer < first && copiesFrom(plan, layer)));
  const needed = new Set(copied.filter((layer) => !below.includes(layer)));
  const read = await readUnread({ image, indexes: layers, needed }, options, context);
  if (below.length === 0) return read;
  const keep: ScanKeep = { tar: true, blobs: undefined };
  const again = await scanImage(image, { ...options, keep, only: below, later: false }, context);
  return read.map((layer, number) => again[below.indexOf(number)] ?? layer);
}

function copiesFrom({ copiedFrom }: MergePlan, layer: number): boolean {
  return (copiedFrom[layer] ?? 0) > 0;
}

/** Bottom first, since some destinations keep the order in which they receive layers. */
async function writeStack({ image, planned, layers }: PlannedStack, job: LayersJob): Promise<WrittenLayer[]> {
  const written: WrittenLayer[] = [];
  for (let at = 0; at < planned.length; ) {
    const layer = planned[at];
    if (layer?.kind === "made") {
      written.push(await writeMade(layer, { layers, platform: formatPlatform(image.platform) }, job));
      at += 1;
      continue;
    }
    const rest = planned.slice(at);
    const above = rest.findIndex(({ kind }) => kind === "made");
    const kept = rest.slice(0, above === -1 ? rest.length : above);
    const numbers = kept.flatMap((each) => (each.kind === "kept" ? [each.layer] : []));
    written.push(...(await writeKeptLayers({ image, layers, numbers }, job, job.context)));
    at += kept.length;
  }
  return written;
}

interface EncodedStack {
  readonly layers: readonly LayerIndex[];
  readonly platform: string;
}

/** A layer that is already flat, and compressed as requested, is copied as a blob. */
async function writeMade(
  { plan, first, last }: Extract<PlannedLayer, { kind: "made" }>,
  { layers, platform }: EncodedStack,
  job: LayersJob,
): Promise<WrittenLayer> {
  const { from, to, encoder, options, family, context } = job;
  const only = layers[first];
  const asWanted = only?.compression === encoder.compression && options.compressionLevel === undefined;
  let encoded: EncodedLayer;
  if (plan.alreadyFlat && asWanted) {
    await to.writeBlob(only.descriptor, () => from.readBlob(only.descriptor));
    encoded = verbatim(only);
  } else encoded = await to.writeLayer(() => encoder.encode({ plan, layers, platform }, context));
  return { ...encoded, kept: false, first, last, descriptor: layerDescriptor(family, encoded) };
}

function verbatim({ compression, descriptor, diffId, size }: LayerIndex): EncodedLayer {
  const { digest } = descriptor;
  return {
    compression,
    digest,
    size: descriptor.size,
    diffId,
    uncompressedSize: size,
    copied: copied({ verbatim: size }),
  };
}
