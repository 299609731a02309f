import type { Compression } from "../../oci/media-type.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { PredictedFlat } from "./analysis-result.ts";
import type { Planned } from "./planned.ts";

/** Bytes of each layer's blob that a flat image keeps, bottom first, by the share of the layer's tar. */
export function keptSizes(layers: readonly LayerIndex[], keptBytes: readonly number[]): number[] {
  return layers.map(({ descriptor, size }, layer) =>
    size === 0 ? 0 : Math.round((descriptor.size * (keptBytes[layer] ?? 0)) / size),
  );
}

/**
 * Predicts the flat image: entries and uncompressed size are the plan's; the compressed size is estimated from the
 * compression of the layers.
 */
export function predictFlat({ layers, plan }: Planned, keptBytes: readonly number[]): PredictedFlat {
  const compression = likelyCompression(layers);
  const { size: uncompressedSize, entryCount: entries } = plan;
  const [only] = layers;
  const size =
    plan.alreadyFlat && only !== undefined
      ? only.descriptor.size
      : compressedSize({ layers, keptBytes, uncompressedSize, compression });
  return { entries, uncompressedSize, size: size ?? uncompressedSize, compression };
}

/** What the compressed size of a new layer is estimated from. */
export interface NewLayer {
  readonly layers: readonly LayerIndex[];
  /** Bytes of each layer's tar that are in it, bottom first. */
  readonly keptBytes: readonly number[];
  readonly uncompressedSize: number;
  readonly compression: Compression;
}

/**
 * Bytes of a new layer's blob: exact without compression, else the kept shares of compressed layers, and the other
 * bytes at the mean ratio of these. Undefined if no layer is compressed yet.
 */
export function compressedSize({ layers, keptBytes, uncompressedSize, compression }: NewLayer): number | undefined {
  if (compression === "none") return uncompressedSize;
  const compressed = layers
    .map((layer, number) => ({ layer, number }))
    .filter(({ layer }) => layer.compression !== "none");
  const ratio = meanRatio(compressed.map(({ layer }) => layer));
  if (ratio === undefined) return undefined;
  const kept = keptSizes(layers, keptBytes);
  const known = compressed.reduce((sum, { number }) => sum + (kept[number] ?? 0), 0);
  const covered = compressed.reduce((sum, { number }) => sum + (keptBytes[number] ?? 0), 0);
  return Math.round(known + Math.max(0, uncompressedSize - covered) * ratio);
}

/** The likely choice of `--compression auto`: that of the layers if they all have the same, else gzip. */
export function likelyCompression(layers: readonly Pick<LayerIndex, "compression">[]): Compression {
  const [first = "none", ...others] = new Set(layers.map(({ compression }) => compression));
  return others.length === 0 ? first : "gzip";
}

function meanRatio(layers: readonly LayerIndex[]): number | undefined {
  const stored = layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const plain = layers.reduce((sum, { size }) => sum + size, 0);
  return plain === 0 ? undefined : stored / plain;
}
