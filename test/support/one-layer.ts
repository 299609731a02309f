import type { RebuiltLayer } from "../../src/image/rebuilt-layer.ts";
import type { DiffId } from "../../src/oci/digest.ts";

/** The stack of an image whose layers became one. */
export function oneLayer(diffId: DiffId, of: number): readonly RebuiltLayer[] {
  return [{ diffId, kept: false, first: 0, last: of - 1 }];
}
