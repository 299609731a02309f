import type { Compression } from "../../oci/media-type.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { PredictedFlat } from "./analysis-result.ts";
import type { Planned } from "./planned.ts";

/** What of each layer's blob a flat image keeps, bottom first: its share of the layer's tar. */
export function keptSizes(layers: readonly LayerIndex[], keptBytes: readonly number[]): number[] {
  return layers.map(({ descriptor, size }, layer) =>
    size === 0 ? 0 : Math.round((descriptor.size * (keptBytes[layer] ?? 0)) / size),
  );
}

/** The flat image without having made it: entries and uncompressed size are the plan's, the compressed size follows from how well the layers were compressed. */
export function predictFlat({ layers, plan }: Planned, keptBytes: readonly number[]): PredictedFlat {
  const compression = likelyCompression(layers);
  const uncompressedSize = plan.size;
  const exact = { entries: plan.entryCount, uncompressedSize, compression };
  if (compression === "none") return { ...exact, size: uncompressedSize };
  const [only] = layers;
  if (plan.alreadyFlat && only !== undefined) return { ...exact, size: only.descriptor.size };
  const compressed = layers
    .map((layer, number) => ({ layer, number }))
    .filter(({ layer }) => layer.compression !== "none");
  const kept = keptSizes(layers, keptBytes);
  const known = compressed.reduce((sum, { number }) => sum + (kept[number] ?? 0), 0);
  const covered = compressed.reduce((sum, { number }) => sum + (keptBytes[number] ?? 0), 0);
  const rest = Math.max(0, uncompressedSize - covered) * meanRatio(compressed.map(({ layer }) => layer));
  return { ...exact, size: Math.round(known + rest) };
}

/** What `--compression auto` makes of the layers: theirs where they agree, else gzip. */
function likelyCompression(layers: readonly LayerIndex[]): Compression {
  const [first = "none", ...others] = new Set(layers.map(({ compression }) => compression));
  return others.length === 0 ? first : "gzip";
}

function meanRatio(layers: readonly LayerIndex[]): number {
  const stored = layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const plain = layers.reduce((sum, { size }) => sum + size, 0);
  return plain === 0 ? 1 : stored / plain;
}
