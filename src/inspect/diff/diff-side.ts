import type { MergePlan } from "../../plan/merge-plan.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { OneImage } from "../one-image.ts";

/** One of the two images that are compared, with its layers scanned. */
export interface ScannedSide extends Omit<OneImage, keyof AsyncDisposable> {
  /** Numbers of the compared layers in their image, bottom first. */
  readonly numbers: readonly number[];
  readonly layers: readonly LayerIndex[];
  /** By digest and diffID. */
  readonly byKey: ReadonlyMap<string, LayerIndex>;
  readonly plan: MergePlan;
}

/** Where the content of a file is. */
export interface ContentPlace {
  /** Index of the layer in `layers` of the side. */
  readonly layer: number;
  readonly ordinal: number;
}
