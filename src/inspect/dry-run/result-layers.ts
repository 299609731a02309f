import type { Compression } from "../../oci/media-type.ts";
import type { MergePlan } from "../../plan/merge-plan.ts";
import type { PlannedLayer } from "../../plan/plan-stack.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { compressedSize, likelyCompression } from "../analysis/predicted-flat.ts";
import type { ResultLayerPlan } from "./flatten-plan.ts";

/** A planned layer of the result, and how many bytes of each source layer are copied into it. */
export interface PlannedResult {
  readonly layer: ResultLayerPlan;
  /** Bottom first. */
  readonly copiedFrom: readonly number[];
}

/** Describes a planned layer. Walks its segments once, which encodes their headers. */
export function describeResult(
  planned: PlannedLayer,
  layers: readonly LayerIndex[],
  compression: Compression | undefined,
): PlannedResult {
  if (planned.kind === "kept") return keptLayer(planned.layer, layers);
  const { first, last, plan } = planned;
  const { copiedFrom } = plan;
  const wanted = compression ?? likelyCompression(layers.slice(first, last + 1));
  const [only] = plan.alreadyFlat ? layers.slice(first, first + 1) : [];
  const size =
    only?.compression === wanted
      ? only.descriptor.size
      : compressedSize({ layers, keptBytes: copiedFrom, uncompressedSize: plan.size, compression: wanted });
  const { entryCount: entries, size: uncompressedSize } = plan;
  return {
    layer: {
      first,
      last,
      kept: false,
      entries,
      uncompressedSize,
      ...(size !== undefined && { size }),
      compression: wanted,
      bytes: countSegments(plan),
    },
    copiedFrom,
  };
}

function keptLayer(number: number, layers: readonly LayerIndex[]): PlannedResult {
  const index = layers[number];
  if (index === undefined) throw new RangeError(`no layer ${number}`);
  const { size: uncompressedSize, descriptor, compression, entries } = index;
  return {
    layer: {
      first: number,
      last: number,
      kept: true,
      entries: entries.length,
      uncompressedSize,
      size: descriptor.size,
      compression,
      bytes: { ranges: 1, copied: uncompressedSize, fresh: 0, zeros: 0 },
    },
    copiedFrom: layers.map((_, layer) => (layer === number ? uncompressedSize : 0)),
  };
}

function countSegments({ segments }: MergePlan): ResultLayerPlan["bytes"] {
  const count = { ranges: 0, copied: 0, fresh: 0, zeros: 0 };
  for (const segment of segments) {
    if (segment.kind === "fresh") count.fresh += segment.bytes.length;
    else if (segment.kind === "zeros") count.zeros += segment.length;
    else {
      count.ranges += 1;
      count.copied += segment.end - segment.start;
    }
  }
  return count;
}
