import type { Diagnostic } from "../diagnostic.ts";
import type { LayerIndex } from "./layer-index.ts";

/** The diagnostics of scanned layers, each with the number of its layer. */
export function layerDiagnostics(
  layers: Iterable<readonly [number: number, index: Pick<LayerIndex, "diagnostics">]>,
): Diagnostic[] {
  return [...layers].flatMap(([layer, { diagnostics }]) => diagnostics.map((found) => ({ ...found, layer })));
}
