import { formatCount } from "../amount.ts";
import { EXPANDS_FROM } from "../bytes/check-ratio.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { MOST_SECRETS } from "./content-facts.ts";
import type { LayerIndex } from "./layer-index.ts";

/** Ratio of uncompressed to compressed bytes above which a layer is pointed out; text and programs reach 10. */
const REMARKABLE_RATIO = 1000;

type ScannedLayer = Pick<LayerIndex, "diagnostics" | "size" | "descriptor" | "content">;

/** The diagnostics of scanned layers, each with the number of its layer. */
export function layerDiagnostics(layers: Iterable<readonly [number: number, index: ScannedLayer]>): Diagnostic[] {
  return [...layers].flatMap(([layer, index]) =>
    [...index.diagnostics, ...expansion(index), ...unsearched(index)].map((found) => ({ ...found, layer })),
  );
}

function expansion({ size, descriptor }: ScannedLayer): Diagnostic[] {
  if (size <= EXPANDS_FROM || size <= REMARKABLE_RATIO * descriptor.size) return [];
  const message =
    "A layer is more than 1,000 times as large as its compressed blob, like large sparse files and decompression bombs; " +
    "--limit compressionRatio=1000 refuses such layers";
  return [{ rule: "layer-expands", message, strict: false }];
}

function unsearched({ content }: ScannedLayer): Diagnostic[] {
  if (content?.secretsCut !== true) return [];
  const message = `More than ${formatCount(MOST_SECRETS)} places in a layer look like secrets; the rest of it was not searched`;
  return [{ rule: "secrets-cut", message, strict: false }];
}
