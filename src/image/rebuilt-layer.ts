import type { DiffId } from "../oci/digest.ts";

/** One layer of a new image, and which of the old image's it was made of. */
export interface RebuiltLayer {
  readonly diffId: DiffId;
  /** It is the layer `first` as it was. */
  readonly kept: boolean;
  /**
   * The lowest and the topmost of them, 0 = bottom; `last` is below `first` for the one layer of an image that had
   * none.
   */
  readonly first: number;
  readonly last: number;
}
