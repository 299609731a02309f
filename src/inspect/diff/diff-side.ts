import type { Diagnostic } from "../../diagnostic.ts";
import type { Image } from "../../image/image.ts";
import type { MergePlan } from "../../plan/merge-plan.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { Source } from "../../transport/contracts.ts";

/** One of the two images that are compared. */
export interface Side extends AsyncDisposable {
  readonly from: Source;
  readonly image: Image;
  readonly diagnostics: readonly Diagnostic[];
}

/** The same when its layers are scanned. */
export interface ScannedSide extends Omit<Side, keyof AsyncDisposable> {
  /** Of the layers that count, bottom first. */
  readonly numbers: readonly number[];
  readonly layers: readonly LayerIndex[];
  /** By digest and diffID. */
  readonly byKey: ReadonlyMap<string, LayerIndex>;
  readonly plan: MergePlan;
}

/** Where the content of a file lies. */
export interface ContentPlace {
  /** Place of the layer in the side's layers. */
  readonly layer: number;
  readonly ordinal: number;
}
